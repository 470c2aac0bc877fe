package protocol

import "unsafe"

// The calls that the host makes: room(size) gives the address to write a request to, answer() handles it and gives the
// length of the response, part() the length of its next piece, response() the address of that piece.

var (
	input  []byte
	output Text
	shown  []byte
)

//go:wasmexport room
func room(size uint32) unsafe.Pointer {
	input = make([]byte, max(size, 1))[:size]
	return unsafe.Pointer(unsafe.SliceData(input))
}

//go:wasmexport answer
func answer() uint32 {
	text := input
	// Not kept while it is handled: what was read of it is.
	input, shown = nil, nil
	output = Answer(text)
	return uint32(output.Size())
}

//go:wasmexport part
func part() uint32 {
	if len(output) == 0 {
		output, shown = nil, nil
		return 0
	}
	shown, output = output[0], output[1:]
	return uint32(len(shown))
}

//go:wasmexport response
func responseAddress() unsafe.Pointer {
	return unsafe.Pointer(unsafe.SliceData(shown))
}

// Serve does nothing: the host calls the exported functions.
func Serve() {}
