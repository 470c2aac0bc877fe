package job

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sort"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/nomad/jobspec2"

	"shoal/terraform-provider-nomad/internal/nomad"
)

// source is a job specification with what is needed to parse it.
type source struct {
	text    string
	json    bool
	allowFS bool
	vars    map[string]string
}

// parse makes the API's job of a specification. HCL2 is parsed strictly: an unknown block, an undeclared variable and
// a file system function without allow_fs are errors. JSON is the API's, with or without a root "Job"; keys that the
// API doesn't know are dropped, as 2.5.2 does.
func (s source) parse() (*api.Job, error) {
	job, err := s.parseText()
	if err != nil {
		return nil, fmt.Errorf("error parsing jobspec: %w", err)
	}
	if job == nil || reflect.DeepEqual(job, &api.Job{}) {
		return nil, errors.New("error parsing jobspec: input JSON is not a valid Nomad jobspec")
	}
	if value(job.ID) == "" {
		return nil, errors.New("error parsing jobspec: the job has no ID")
	}
	if value(job.Namespace) == "" {
		job.Namespace = new(nomad.DefaultNamespace)
	}
	return job, nil
}

func (s source) parseText() (*api.Job, error) {
	if s.json {
		return parseJSON([]byte(s.text))
	}
	args := make([]string, 0, len(s.vars))
	for name, v := range s.vars {
		args = append(args, name+"="+v)
	}
	sort.Strings(args) // so that of two wrong variables it is always the same that an error names
	return jobspec2.ParseWithConfig(&jobspec2.ParseConfig{
		Body: []byte(s.text), AllowFS: s.allowFS, ArgVars: args, Strict: true,
	})
}

func parseJSON(text []byte) (*api.Job, error) {
	var root map[string]json.RawMessage
	if err := json.Unmarshal(text, &root); err != nil {
		return nil, err
	}
	if inner, ok := root["Job"]; ok {
		text = inner
	}
	var job api.Job
	if err := json.Unmarshal(text, &job); err != nil {
		return nil, err
	}
	return &job, nil
}

// sameJob tells whether two specifications mean the same job: blanks, comments, order of attributes and the way a
// value is computed don't count.
func sameJob(a, b source) bool {
	jobA, errA := a.parse()
	jobB, errB := b.parse()
	if errA != nil || errB != nil {
		return false
	}
	jobA.Canonicalize()
	jobB.Canonicalize()
	return reflect.DeepEqual(jobA, jobB)
}

// submission is what Nomad keeps beside the job, so that people (and our next refresh) can read what was sent.
func (s source) submission() *api.JobSubmission {
	submission := &api.JobSubmission{Source: s.text, Format: "hcl2", VariableFlags: s.vars}
	if s.json {
		submission.Format = "json"
	}
	return submission
}

func value[T any](pointer *T) T {
	if pointer == nil {
		var zero T
		return zero
	}
	return *pointer
}
