// Command engine answers one request (native), or the host's calls (WebAssembly).
package main

import (
	"shoal/engine/protocol"

	_ "shoal/engine/judge"
	_ "shoal/engine/parser"
	_ "shoal/engine/schedule"

	// Periodic jobs name zones, and inside WebAssembly there are no files to look them up in.
	_ "time/tzdata"
)

func main() { protocol.Serve() }
