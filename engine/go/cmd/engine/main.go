// Command engine answers one request (native), or the host's calls (WebAssembly).
package main

import (
	"shoal/engine/protocol"

	_ "shoal/engine/judge"
	_ "shoal/engine/parser"
	_ "shoal/engine/schedule"
)

func main() { protocol.Serve() }
