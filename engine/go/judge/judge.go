package judge

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/hashicorp/go-msgpack/v2/codec"
	"github.com/hashicorp/go-multierror"
	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/nomad/helper"
	"github.com/hashicorp/nomad/nomad/structs"

	"shoal/engine/agent"
	"shoal/engine/parser"
	"shoal/engine/protocol"
	"shoal/engine/server"
)

// Validate is the parameters of "validate" and "canonicalize".
type Validate struct {
	Job    *api.Job `json:"job"`
	Server Settings `json:"server"`
}

// Validated is the answer of POST /v1/validate/job, with its errors and warnings as lists.
type Validated struct {
	Errors   []string `json:"errors"`
	Warnings []string `json:"warnings"`
	// Error and Warning are the texts that Nomad's API gives.
	Error   string `json:"error"`
	Warning string `json:"warning"`
	// Refused is set where a mutator refused the job, which Nomad's API answers with a status of 500.
	Refused bool `json:"refused"`
}

// Convert turns a job of the API into the server's, as the agent does before it asks the server.
func Convert(job *api.Job) (*structs.Job, error) {
	if job == nil {
		return nil, &protocol.Error{Kind: "request", Message: "Job must be specified"}
	}
	return agent.ApiJobToStructJob(job), nil
}

// Mutated runs the admission mutators on a job.
func Mutated(job *structs.Job, s *Settings) (*structs.Job, *server.Job, []error, error) {
	store, err := s.State()
	if err != nil {
		return nil, nil, nil, err
	}
	if err := s.Admit(store, job); err != nil {
		return nil, nil, nil, err
	}
	endpoint := server.NewJobEndpoints(server.New(s.Config(), store), nil)
	out, warnings, err := endpoint.Mutate(job)
	if err == nil {
		err = s.Admit(store, out)
	}
	return out, endpoint, warnings, err
}

// Run validates a job.
func Run(p Validate) (*Validated, error) {
	job, err := Convert(p.Job)
	if err != nil {
		return nil, err
	}
	job, endpoint, mutateWarnings, err := Mutated(job, &p.Server)
	if err != nil {
		return &Validated{Errors: []string{err.Error()}, Error: err.Error(), Refused: true, Warnings: []string{}}, nil
	}
	out := &Validated{Errors: []string{}, Warnings: []string{}}
	warnings, err := endpoint.Validate(job)
	if err != nil {
		out.Error = err.Error()
		var several *multierror.Error
		if errors.As(err, &several) {
			for _, e := range several.Errors {
				out.Errors = append(out.Errors, e.Error())
			}
		} else {
			out.Errors = append(out.Errors, err.Error())
		}
	}
	warnings = append(warnings, mutateWarnings...)
	for _, w := range warnings {
		if w != nil {
			out.Warnings = append(out.Warnings, w.Error())
		}
	}
	out.Warning = helper.MergeMultierrorWarnings(warnings...)
	return out, nil
}

// Encode gives JSON as Nomad's HTTP API does.
func Encode(v any) (json.RawMessage, error) {
	var buf bytes.Buffer
	if err := codec.NewEncoder(&buf, structs.JsonHandleWithExtensions).Encode(v); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

func canonicalize(p Validate) (any, error) {
	job, err := Convert(p.Job)
	if err != nil {
		return nil, err
	}
	job, _, _, err = Mutated(job, &p.Server)
	if err != nil {
		return nil, err
	}
	text, err := Encode(job)
	return map[string]any{"job": text}, err
}

type diffParams struct {
	Old    *api.Job `json:"old"`
	New    *api.Job `json:"new"`
	Server Settings `json:"server"`
	// Terse leaves out the fields that didn't change.
	Terse bool `json:"terse"`
}

func diff(p diffParams) (any, error) {
	var sides [2]*structs.Job
	for i, job := range []*api.Job{p.Old, p.New} {
		if job == nil {
			continue
		}
		converted, err := Convert(job)
		if err != nil {
			return nil, err
		}
		if sides[i], _, _, err = Mutated(converted, &p.Server); err != nil {
			return nil, err
		}
	}
	if sides[0] == nil && sides[1] == nil {
		return nil, &protocol.Error{Kind: "request", Message: "diff needs an old job, a new one, or both"}
	}
	found, err := sides[0].Diff(sides[1], !p.Terse)
	if err != nil {
		return nil, err
	}
	text, err := Encode(found)
	return map[string]any{"diff": text}, err
}

type checkParams struct {
	parser.Parse
	Server Settings `json:"server"`
}

type checked struct {
	*parser.Parsed
	Validation *Validated `json:"validation,omitempty"`
}

// check parses and validates in one call.
func check(p checkParams) (any, error) {
	parsed := parser.Run(p.Parse)
	if parsed.Job == nil {
		return checked{Parsed: parsed}, nil
	}
	// The conversion canonicalizes the job that it is handed, which would show in the answer.
	text, err := json.Marshal(parsed.Job)
	if err != nil {
		return nil, err
	}
	var job api.Job
	if err := json.Unmarshal(text, &job); err != nil {
		return nil, err
	}
	validated, err := Run(Validate{Job: &job, Server: p.Server})
	return checked{Parsed: parsed, Validation: validated}, err
}

func init() {
	protocol.Register("validate", func(p Validate) (any, error) { return Run(p) })
	protocol.Register("canonicalize", canonicalize)
	protocol.Register("diff", diff)
	protocol.Register("check", check)
}
