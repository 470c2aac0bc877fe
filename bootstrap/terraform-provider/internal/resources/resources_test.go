package resources

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestWrongVariablePath(t *testing.T) {
	for _, allowed := range []string{"shoal/mysql", "nomad/jobs", "nomad/jobs/web/g", "nomad/job-templates/x"} {
		if problem := wrongVariablePath(allowed); problem != "" {
			t.Errorf("%s: %s", allowed, problem)
		}
	}
	for _, wrong := range []string{"", "a b", "a.b", "nomad", "nomad/x", "nomad/job-templates"} {
		if wrongVariablePath(wrong) == "" {
			t.Errorf("%q must be refused", wrong)
		}
	}
}

func TestSizeKeepsItsSpelling(t *testing.T) {
	const gibibyte = 1 << 30
	if got := size(types.StringValue("1GiB"), gibibyte).ValueString(); got != "1GiB" {
		t.Error(got)
	}
	if got := size(types.StringValue("2GiB"), gibibyte).ValueString(); got != "1.0 GiB" {
		t.Error(got)
	}
	if got := size(types.StringNull(), 0); !got.IsNull() {
		t.Error(got)
	}
}
