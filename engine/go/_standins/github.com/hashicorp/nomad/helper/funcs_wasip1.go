//go:build wasip1

package helper

import "os"

// IsExecutable stands in for the unix and windows variants: inside WebAssembly there are no files.
func IsExecutable(i os.FileInfo) bool {
	return !i.IsDir() && i.Mode()&0o111 != 0
}
