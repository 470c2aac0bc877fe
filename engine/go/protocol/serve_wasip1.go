package protocol

import "unsafe"

// The calls that the host makes: room(size) gives the address to write a request to, answer() handles it and gives
// the length of the response, response() its address.

var input, output []byte

//go:wasmexport room
func room(size uint32) unsafe.Pointer {
	input = make([]byte, max(size, 1))[:size]
	return unsafe.Pointer(unsafe.SliceData(input))
}

//go:wasmexport answer
func answer() uint32 {
	output = Answer(input)
	input = nil
	return uint32(len(output))
}

//go:wasmexport response
func responseAddress() unsafe.Pointer {
	return unsafe.Pointer(unsafe.SliceData(output))
}

// Serve does nothing: the host calls the exported functions.
func Serve() {}
