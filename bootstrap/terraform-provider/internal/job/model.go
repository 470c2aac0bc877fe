package job

import (
	"context"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"shoal/terraform-provider-nomad/internal/nomad"
)

// model is the resource as Terraform keeps it.
type model struct {
	ID                   types.String   `tfsdk:"id"`
	Jobspec              types.String   `tfsdk:"jobspec"`
	JSON                 types.Bool     `tfsdk:"json"`
	PolicyOverride       types.Bool     `tfsdk:"policy_override"`
	DeregisterOnDestroy  types.Bool     `tfsdk:"deregister_on_destroy"`
	DeregisterOnIDChange types.Bool     `tfsdk:"deregister_on_id_change"`
	Detach               types.Bool     `tfsdk:"detach"`
	PurgeOnDestroy       types.Bool     `tfsdk:"purge_on_destroy"`
	RerunIfDead          types.Bool     `tfsdk:"rerun_if_dead"`
	ReadAllocationIDs    types.Bool     `tfsdk:"read_allocation_ids"`
	Name                 types.String   `tfsdk:"name"`
	Namespace            types.String   `tfsdk:"namespace"`
	Type                 types.String   `tfsdk:"type"`
	Region               types.String   `tfsdk:"region"`
	Status               types.String   `tfsdk:"status"`
	ModifyIndex          types.String   `tfsdk:"modify_index"`
	DeploymentID         types.String   `tfsdk:"deployment_id"`
	DeploymentStatus     types.String   `tfsdk:"deployment_status"`
	Datacenters          types.Set      `tfsdk:"datacenters"`
	AllocationIDs        types.List     `tfsdk:"allocation_ids"`
	TaskGroups           types.List     `tfsdk:"task_groups"`
	HCL2                 types.List     `tfsdk:"hcl2"`
	Timeouts             timeouts.Value `tfsdk:"timeouts"`
}

type hcl2Model struct {
	AllowFS types.Bool `tfsdk:"allow_fs"`
	Vars    types.Map  `tfsdk:"vars"`
}

// namespace is the job's namespace in Nomad.
func (m *model) namespace() string {
	if ns := m.Namespace.ValueString(); ns != "" {
		return ns
	}
	return nomad.DefaultNamespace
}

func (m *model) query() *api.QueryOptions {
	return &api.QueryOptions{Namespace: m.namespace(), Region: m.Region.ValueString()}
}

// hcl2 is the block, or its zero value where there is none.
func (m *model) hcl2(ctx context.Context, diags *diag.Diagnostics) hcl2Model {
	var blocks []hcl2Model
	if m.HCL2.IsNull() || m.HCL2.IsUnknown() {
		return hcl2Model{Vars: types.MapNull(types.StringType)}
	}
	diags.Append(m.HCL2.ElementsAs(ctx, &blocks, false)...)
	switch len(blocks) {
	case 0:
		return hcl2Model{Vars: types.MapNull(types.StringType)}
	case 1:
		return blocks[0]
	}
	diags.AddError("More than one hcl2 block", "Allowed: one hcl2 block in a nomad_job. Do: merge them.")
	return blocks[0]
}

// specKnown tells whether the job can be parsed now: a variable may have a value that only the apply will know.
func (m *model) specKnown(ctx context.Context, diags *diag.Diagnostics) bool {
	if m.Jobspec.IsUnknown() || m.JSON.IsUnknown() || m.HCL2.IsUnknown() {
		return false
	}
	hcl2 := m.hcl2(ctx, diags)
	if hcl2.Vars.IsUnknown() || hcl2.AllowFS.IsUnknown() {
		return false
	}
	for _, value := range hcl2.Vars.Elements() {
		if value.IsUnknown() {
			return false
		}
	}
	return true
}

// source is what the jobspec parser needs.
func (m *model) source(ctx context.Context, diags *diag.Diagnostics) source {
	hcl2 := m.hcl2(ctx, diags)
	s := source{text: m.Jobspec.ValueString(), json: m.JSON.ValueBool(), allowFS: hcl2.AllowFS.ValueBool()}
	if !hcl2.Vars.IsNull() && !hcl2.Vars.IsUnknown() {
		// A variable of value null is one that was not given: the jobspec's default counts.
		vars := map[string]types.String{}
		diags.Append(hcl2.Vars.ElementsAs(ctx, &vars, false)...)
		s.vars = map[string]string{}
		for name, value := range vars {
			if !value.IsNull() {
				s.vars[name] = value.ValueString()
			}
		}
	}
	return s
}
