//go:build !wasip1

package protocol

import (
	"fmt"
	"io"
	"os"
)

// Serve handles one request read from standard input, and writes the response to standard output.
func Serve() {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, part := range Answer(text) {
		if _, err := os.Stdout.Write(part); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
