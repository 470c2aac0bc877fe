package job

import (
	"strings"
	"testing"

	"github.com/hashicorp/nomad/api"
)

const spec = `
variable "n" { type = number }
job "web" {
  group "g" {
    count = var.n
    task "t" {
      driver = "docker"
      config { image = "web:1" }
    }
  }
}`

func TestParseTakesVariables(t *testing.T) {
	job, err := source{text: spec, vars: map[string]string{"n": "3"}}.parse()
	if err != nil {
		t.Fatal(err)
	}
	if *job.TaskGroups[0].Count != 3 || *job.ID != "web" || *job.Namespace != "default" {
		t.Fatalf("wrong job: count %d, ID %s, namespace %s", *job.TaskGroups[0].Count, *job.ID, *job.Namespace)
	}
}

func TestParseIsStrict(t *testing.T) {
	cases := map[string]struct {
		source source
		want   string
	}{
		"variable without a value": {source{text: spec}, "Unset variable"},
		"undeclared variable":      {source{text: spec, vars: map[string]string{"n": "1", "x": "1"}}, "x"},
		"unknown block":            {source{text: `job "a" { wrong {} }`}, "wrong"},
		"file without allow_fs":    {source{text: "job \"a\" {\n meta = { x = file(\"/etc/hostname\") }\n}"}, "filesystem function disabled"},
		"JSON that is no job":      {source{text: `{"a": 1}`, json: true}, "not a valid Nomad jobspec"},
		"no JSON":                  {source{text: `job "a" {}`, json: true}, "error parsing jobspec"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := c.source.parse(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("want an error with %q, got %v", c.want, err)
			}
		})
	}
}

func TestParseJSONWithAndWithoutRoot(t *testing.T) {
	for _, text := range []string{`{"ID": "a", "Unknown": 1}`, `{"Job": {"ID": "a"}}`} {
		job, err := source{text: text, json: true}.parse()
		if err != nil || *job.ID != "a" {
			t.Fatalf("%s: %v", text, err)
		}
	}
}

func TestSameJobIsAboutMeaning(t *testing.T) {
	one := source{text: spec, vars: map[string]string{"n": "1"}}
	blanks := source{text: "# a comment\n" + strings.ReplaceAll(spec, "  ", "\t"), vars: one.vars}
	two := source{text: spec, vars: map[string]string{"n": "2"}}
	if !sameJob(one, blanks) {
		t.Error("blanks and comments must not count")
	}
	if sameJob(one, two) || sameJob(one, source{text: "job"}) {
		t.Error("another count, or no job at all, is not the same job")
	}
}

func TestSubmissionNamesItsFormat(t *testing.T) {
	if got := (source{text: "x"}).submission().Format; got != "hcl2" {
		t.Error(got)
	}
	if got := (source{text: "{}", json: true}).submission().Format; got != "json" {
		t.Error(got)
	}
}

func TestDriftedIgnoresTheCountOfAScaledGroup(t *testing.T) {
	name := "g"
	diff := func(field string) *api.JobDiff {
		return &api.JobDiff{Type: diffEdited, TaskGroups: []*api.TaskGroupDiff{{
			Type: diffEdited, Name: name, Fields: []*api.FieldDiff{{Type: diffEdited, Name: field}},
		}}}
	}
	plain := &api.Job{TaskGroups: []*api.TaskGroup{{Name: &name}}}
	scaled := &api.Job{TaskGroups: []*api.TaskGroup{{Name: &name, Scaling: &api.ScalingPolicy{}}}}
	if !drifted(diff("Count"), plain) || drifted(diff("Count"), scaled) || !drifted(diff("Other"), scaled) {
		t.Error("only the count of a scaled group is no drift")
	}
	if drifted(&api.JobDiff{Type: diffNone}, plain) || drifted(nil, plain) {
		t.Error("no difference is no drift")
	}
	empty := &api.JobDiff{Type: diffEdited, TaskGroups: []*api.TaskGroupDiff{{
		Type: diffEdited, Name: name, Objects: []*api.ObjectDiff{{Type: diffEdited, Name: "Scaling"}},
	}}}
	if drifted(empty, scaled) {
		t.Error("a block that Nomad calls edited, with nothing in it, is no drift")
	}
	empty.TaskGroups[0].Objects[0].Fields = []*api.FieldDiff{{Type: diffEdited, Name: "Max"}}
	if !drifted(empty, scaled) {
		t.Error("an edited block is drift")
	}
	stopped := &api.JobDiff{Type: diffEdited, Fields: []*api.FieldDiff{{Type: diffEdited, Name: "Stop", Old: "true", New: "false"}}}
	if !drifted(stopped, plain) {
		t.Error("a stopped job is drift")
	}
}

func TestPlacementSaysWhy(t *testing.T) {
	got := placement(&api.AllocationMetric{
		NodesEvaluated: 3, CoalescedFailures: 1, DimensionExhausted: map[string]int{"memory": 2},
		ConstraintFiltered: map[string]int{"${attr.kernel.name} = windows": 1},
	})
	want := `2 not placed, 3 nodes looked at; constraint "${attr.kernel.name} = windows" filtered 1; memory exhausted on 2`
	if got != want {
		t.Errorf("got %s", got)
	}
}
