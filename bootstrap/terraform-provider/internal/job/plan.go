package job

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// ModifyPlan decides whether the job has to be registered (then modify_index and what follows from it is unknown
// until the apply), and whether it has to be replaced.
func (r *jobResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // a destroy
	}
	var plan, config model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	var state *model
	if !req.State.Raw.IsNull() {
		state = &model{}
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}

	if !plan.specKnown(ctx, &resp.Diagnostics) {
		plan.forget()
		plan.Name, plan.Namespace, plan.Type = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
		plan.Region = types.StringUnknown()
		if config.ID.IsNull() {
			plan.ID = types.StringUnknown()
		}
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
		return
	}

	src := plan.source(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	job, err := src.parse()
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("jobspec"), "Wrong jobspec", err.Error())
		return
	}
	id := value(job.ID)
	if given := config.ID.ValueString(); given != "" && given != id {
		resp.Diagnostics.AddAttributeError(path.Root("id"), "Wrong id",
			fmt.Sprintf("id is not the job's. Given: %q. Allowed: %q, the jobspec's. Do: remove the attribute id.", given, id))
		return
	}
	plan.ID, plan.Name, plan.Namespace = types.StringValue(id), types.StringValue(id), types.StringValue(value(job.Namespace))

	if state != nil {
		resp.RequiresReplace = append(resp.RequiresReplace, replacedBy(state, &plan)...)
	}
	if r.mustRegister(ctx, state, &plan, src, job, resp) {
		plan.forget()
		plan.foresee(ctx, state, job)
	} else {
		plan.keep(state)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// replacedBy lists the attributes that make a new job of it: in Nomad a job can neither be moved nor be renamed.
func replacedBy(state, plan *model) path.Paths {
	if state.namespace() != plan.namespace() {
		return path.Paths{path.Root("namespace")}
	}
	if state.ID.ValueString() != plan.ID.ValueString() && plan.DeregisterOnIDChange.ValueBool() {
		return path.Paths{path.Root("id"), path.Root("name")}
	}
	return nil
}

func (r *jobResource) mustRegister(
	ctx context.Context, state, plan *model, src source, job *api.Job, resp *resource.ModifyPlanResponse,
) bool {
	diff, err := r.serverDiff(ctx, plan, job)
	if err != nil && !strings.Contains(err.Error(), "nonexistent namespace") {
		// Not an error of the plan: what is missing may come with this very apply, as a namespace often does.
		resp.Diagnostics.AddAttributeWarning(path.Root("jobspec"),
			fmt.Sprintf("Nomad's own plan of job %q failed", value(job.ID)), err.Error())
	}
	switch {
	case state == nil:
		return true
	case !sameJob(state.source(ctx, &resp.Diagnostics), src):
		return true
	case state.ID.ValueString() != plan.ID.ValueString() || state.namespace() != plan.namespace():
		return true
	case plan.RerunIfDead.ValueBool() && state.Status.ValueString() == "dead":
		return true
	case !plan.Detach.ValueBool() && unfinished(state.DeploymentStatus):
		return true
	case drifted(diff, job):
		tflog.Info(ctx, "the job in Nomad differs from its specification", map[string]any{"job": value(job.ID)})
		return true
	}
	return false
}

// serverDiff asks Nomad what registering the job would change; nil where there is no Nomad to ask yet.
func (r *jobResource) serverDiff(ctx context.Context, plan *model, job *api.Job) (*api.JobDiff, error) {
	if r.client == nil {
		return nil, nil
	}
	planned, _, err := r.client.Jobs().PlanOpts(job, &api.PlanOptions{
		Diff: true, PolicyOverride: plan.PolicyOverride.ValueBool(),
	}, (&api.WriteOptions{Namespace: plan.namespace()}).WithContext(ctx))
	if err != nil {
		return nil, err
	}
	return planned.Diff, nil
}

// drifted tells whether the job in Nomad is another one than its specification says. The count of a group with a
// scaling block is no difference: an autoscaler or a person is meant to change it.
func drifted(diff *api.JobDiff, job *api.Job) bool {
	if diff == nil || diff.Type == diffNone {
		return false
	}
	if anyField(diff.Fields) || anyObject(diff.Objects) {
		return true
	}
	scaled := map[string]bool{}
	for _, group := range job.TaskGroups {
		scaled[value(group.Name)] = group.Scaling != nil
	}
	for _, group := range diff.TaskGroups {
		if group.Type == diffNone {
			continue
		}
		if group.Type != diffEdited || anyObject(group.Objects) {
			return true
		}
		for _, field := range group.Fields {
			if field.Type != diffNone && !(field.Name == "Count" && scaled[group.Name]) {
				return true
			}
		}
		for _, task := range group.Tasks {
			if task.Type != diffNone {
				return true
			}
		}
	}
	return false
}

const (
	diffNone   = "None"
	diffEdited = "Edited"
)

func anyField(fields []*api.FieldDiff) bool {
	for _, field := range fields {
		if field.Type != diffNone {
			return true
		}
	}
	return false
}

// anyObject tells whether an object differs in something: Nomad calls each scaling block edited, with nothing in it.
func anyObject(objects []*api.ObjectDiff) bool {
	for _, object := range objects {
		switch object.Type {
		case diffNone:
		case diffEdited:
			if anyField(object.Fields) || anyObject(object.Objects) {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// forget marks what only the registration will tell.
func (m *model) forget() {
	m.ModifyIndex, m.Status = types.StringUnknown(), types.StringUnknown()
	m.DeploymentID, m.DeploymentStatus = types.StringUnknown(), types.StringUnknown()
	m.Datacenters = types.SetUnknown(types.StringType)
	m.AllocationIDs = types.ListUnknown(types.StringType)
	m.TaskGroups = types.ListUnknown(taskGroupType)
}

// foresee fills in what the specification tells before the registration.
func (m *model) foresee(ctx context.Context, state *model, job *api.Job) {
	m.Type = types.StringValue(api.JobTypeService)
	if value(job.Type) != "" {
		m.Type = types.StringPointerValue(job.Type)
	}
	// A job without a region, or of "global", goes to the agent's own: Nomad tells which that is.
	m.Region = types.StringUnknown()
	if region := value(job.Region); state != nil && (region == "" || region == state.Region.ValueString()) {
		m.Region = state.Region
	}
	if len(job.Datacenters) > 0 {
		if datacenters, diags := types.SetValueFrom(ctx, types.StringType, job.Datacenters); !diags.HasError() {
			m.Datacenters = datacenters
		}
	}
	if foreseeable(job) {
		if groups, diags := flattenGroups(job.TaskGroups); !diags.HasError() {
			m.TaskGroups = groups
		}
	}
	if !m.ReadAllocationIDs.ValueBool() {
		m.AllocationIDs = types.ListNull(types.StringType)
	}
	if m.Detach.ValueBool() {
		m.DeploymentID, m.DeploymentStatus = types.StringNull(), types.StringNull()
	}
}

// foreseeable tells whether the groups in Nomad will be those of the specification: Nomad adds tasks for Consul's
// service mesh, and somebody else may set the count of a group with a scaling block.
func foreseeable(job *api.Job) bool {
	for _, group := range job.TaskGroups {
		if group.Scaling != nil {
			return false
		}
		for _, service := range group.Services {
			if service.Connect != nil {
				return false
			}
		}
	}
	return true
}

// keep plans what there is: nothing is registered. The specification keeps the state's text, which means the same job.
func (m *model) keep(state *model) {
	m.Jobspec = state.Jobspec
	m.ModifyIndex, m.Status, m.Type, m.Region = state.ModifyIndex, state.Status, state.Type, state.Region
	m.DeploymentID, m.DeploymentStatus = state.DeploymentID, state.DeploymentStatus
	m.Datacenters, m.TaskGroups = state.Datacenters, state.TaskGroups
	m.AllocationIDs = state.AllocationIDs
	if m.ReadAllocationIDs.ValueBool() != state.ReadAllocationIDs.ValueBool() {
		m.AllocationIDs = types.ListUnknown(types.StringType)
	}
}
