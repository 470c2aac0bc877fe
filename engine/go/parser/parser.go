// Package parser answers with Nomad's jobspec parser and HCL's formatter.
package parser

import (
	"bytes"
	"errors"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/nomad/jobspec2"

	"shoal/engine/protocol"
)

// Position is a place in a file; lines and columns count from 1, columns in characters.
type Position struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Diagnostic is one thing that is wrong with a file.
type Diagnostic struct {
	Severity string    `json:"severity"`
	Summary  string    `json:"summary"`
	Detail   string    `json:"detail,omitempty"`
	File     string    `json:"file,omitempty"`
	Start    *Position `json:"start,omitempty"`
	End      *Position `json:"end,omitempty"`
	Source   string    `json:"source,omitempty"`
}

// Parse is the parameters of "parse".
type Parse struct {
	HCL          string   `json:"hcl"`
	Path         string   `json:"path"`
	VarContent   string   `json:"varContent"`
	VarArgs      []string `json:"varArgs"`
	Env          []string `json:"env"`
	Strict       bool     `json:"strict"`
	Canonicalize bool     `json:"canonicalize"`
}

// Parsed is the result of "parse": a job, or an error's text (Nomad's own) with the diagnostics it was made of.
type Parsed struct {
	Job         *api.Job     `json:"job,omitempty"`
	Error       string       `json:"error,omitempty"`
	Diagnostics []Diagnostic `json:"diagnostics,omitempty"`
}

// Run parses a job as POST /v1/jobs/parse does.
func Run(p Parse) *Parsed {
	if p.Path == "" {
		p.Path = "input.hcl"
	}
	if p.HCL == "" {
		return &Parsed{Error: "Job spec is empty", Diagnostics: []Diagnostic{{Severity: "error", Summary: "Job spec is empty", File: p.Path}}}
	}
	job, err := jobspec2.ParseWithConfig(&jobspec2.ParseConfig{
		Path:       p.Path,
		Body:       []byte(p.HCL),
		VarContent: p.VarContent,
		ArgVars:    p.VarArgs,
		Envs:       p.Env,
		Strict:     p.Strict,
	})
	if err != nil {
		return &Parsed{Error: err.Error(), Diagnostics: describe(err, p.Path, p.HCL)}
	}
	if p.Canonicalize {
		job.Canonicalize()
	}
	return &Parsed{Job: job}
}

func describe(err error, path, text string) []Diagnostic {
	var several *jobspec2.DiagnosticsError
	var diags hcl.Diagnostics
	if errors.As(err, &several) {
		diags = several.Diagnostics
	} else if !errors.As(err, &diags) {
		return []Diagnostic{{Severity: "error", Summary: err.Error(), File: path}}
	}
	out := make([]Diagnostic, 0, len(diags))
	for _, d := range diags {
		one := Diagnostic{Severity: "error", Summary: d.Summary, Detail: d.Detail}
		if d.Severity == hcl.DiagWarning {
			one.Severity = "warning"
		}
		if d.Subject != nil {
			one.File = d.Subject.Filename
			one.Start = &Position{d.Subject.Start.Line, d.Subject.Start.Column}
			one.End = &Position{d.Subject.End.Line, d.Subject.End.Column}
			if one.File == path {
				one.Source = excerpt(text, d.Subject.Start.Line)
			}
		}
		out = append(out, one)
	}
	return out
}

func excerpt(text string, line int) string {
	lines := strings.Split(text, "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	found := strings.TrimSuffix(lines[line-1], "\r")
	if len(found) > 500 {
		found = strings.ToValidUTF8(found[:500], "")
	}
	return found
}

// Format is the parameters of "format".
type Format struct {
	HCL  string `json:"hcl"`
	Path string `json:"path"`
}

// Formatted is the result of "format".
type Formatted struct {
	HCL         string       `json:"hcl"`
	Changed     bool         `json:"changed"`
	Error       string       `json:"error,omitempty"`
	Diagnostics []Diagnostic `json:"diagnostics,omitempty"`
}

// Fmt formats as `nomad fmt` does.
func Fmt(p Format) *Formatted {
	if p.Path == "" {
		p.Path = "input.hcl"
	}
	src := []byte(p.HCL)
	_, diags := hclsyntax.ParseConfig(src, p.Path, hcl.InitialPos)
	if diags.HasErrors() {
		return &Formatted{HCL: p.HCL, Error: diags.Error(), Diagnostics: describe(diags, p.Path, p.HCL)}
	}
	out := hclwrite.Format(src)
	return &Formatted{HCL: string(out), Changed: !bytes.Equal(src, out)}
}

func init() {
	protocol.Register("parse", func(p Parse) (any, error) { return Run(p), nil })
	protocol.Register("format", func(p Format) (any, error) { return Fmt(p), nil })
}
