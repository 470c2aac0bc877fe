package jobspec2

import "github.com/hashicorp/hcl/v2"

// DiagnosticsError is the error that jobspec2 makes of several diagnostics, with the same text, but which still
// carries them, so that the engine can report each with its line, column and source.
type DiagnosticsError struct {
	Text        string
	Diagnostics hcl.Diagnostics
}

func (e *DiagnosticsError) Error() string { return e.Text }
