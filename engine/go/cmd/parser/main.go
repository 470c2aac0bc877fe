// Command parser answers one request (native), or the host's calls (WebAssembly).
package main

import (
	"shoal/engine/protocol"

	_ "shoal/engine/parser"
)

func main() { protocol.Serve() }
