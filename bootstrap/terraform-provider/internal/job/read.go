package job

import (
	"context"
	"fmt"
	"maps"
	"sort"
	"strconv"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"shoal/terraform-provider-nomad/internal/nomad"
)

func (r *jobResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if r.client == nil {
		// A plan in which the provider's address is not known yet: the state stays as it is.
		return
	}
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	found := r.refresh(ctx, &state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !found {
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// refresh reads the job into the model; false when Nomad doesn't have it.
func (r *jobResource) refresh(ctx context.Context, m *model, diags *diag.Diagnostics) bool {
	query := m.query().WithContext(ctx)
	if m.Region.IsUnknown() {
		query.Region = ""
	}
	job, _, err := r.client.Jobs().Info(m.ID.ValueString(), query)
	if err != nil {
		if !nomad.IsNotFound(err) {
			diags.AddError(fmt.Sprintf("Job %q can't be read", m.ID.ValueString()), err.Error())
		}
		return false
	}
	diags.Append(m.flatten(ctx, job)...)
	r.readAllocations(m)
	r.readSubmission(ctx, m, job, diags)
	r.readDeployment(ctx, m, job)
	return true
}

// flatten takes over what Nomad says of the job.
func (m *model) flatten(ctx context.Context, job *api.Job) diag.Diagnostics {
	var diags, more diag.Diagnostics
	m.Name = types.StringPointerValue(job.ID)
	m.Namespace = types.StringPointerValue(job.Namespace)
	m.Type = types.StringPointerValue(job.Type)
	m.Region = types.StringPointerValue(job.Region)
	m.Status = types.StringPointerValue(job.Status)
	m.ModifyIndex = types.StringValue(strconv.FormatUint(value(job.JobModifyIndex), 10))
	m.Datacenters, more = types.SetValueFrom(ctx, types.StringType, job.Datacenters)
	diags.Append(more...)
	m.TaskGroups, more = flattenGroups(job.TaskGroups)
	diags.Append(more...)
	if m.HCL2.IsNull() {
		m.HCL2 = types.ListValueMust(hcl2Type, []attr.Value{})
	}
	return diags
}

// readAllocations reads the IDs where they are asked for. A failure leaves the list empty, as in 2.5.2: nothing
// else depends on it.
func (r *jobResource) readAllocations(m *model) {
	m.AllocationIDs = types.ListNull(types.StringType)
	if !m.ReadAllocationIDs.ValueBool() {
		return
	}
	ids := []attr.Value{}
	stubs, _, _ := r.client.Jobs().Allocations(m.ID.ValueString(), false, m.query())
	for _, stub := range stubs {
		ids = append(ids, types.StringValue(stub.ID))
	}
	m.AllocationIDs = types.ListValueMust(types.StringType, ids)
}

// readSubmission finds out whether somebody else registered another specification of the same job: Nomad keeps the
// text of each version. A text that means the job that the state has is none: the state keeps its own then.
func (r *jobResource) readSubmission(ctx context.Context, m *model, job *api.Job, diags *diag.Diagnostics) {
	submission, _, err := r.client.Jobs().Submission(m.ID.ValueString(), int(value(job.Version)), m.query())
	if err != nil || submission == nil || submission.Source == "" {
		return // a version made by `nomad job scale`, by a revert or through the API has none: the plan's diff finds it
	}
	known := m.source(ctx, diags)
	found := known
	found.text, found.vars = submission.Source, submission.VariableFlags
	found.json = submission.Format == "json"
	if m.Jobspec.ValueString() != "" &&
		(found.text == known.text && maps.Equal(found.vars, known.vars) || sameJob(known, found)) {
		return
	}
	m.Jobspec = types.StringValue(submission.Source)
	if found.json && !known.json {
		m.JSON = types.BoolValue(true)
	}
	if submission.Format != "hcl2" || maps.Equal(found.vars, known.vars) {
		return
	}
	vars, more := types.MapValueFrom(ctx, types.StringType, submission.VariableFlags)
	diags.Append(more...)
	block, more := types.ObjectValue(hcl2Type.AttrTypes, map[string]attr.Value{
		"allow_fs": types.BoolValue(known.allowFS), "vars": vars,
	})
	diags.Append(more...)
	m.HCL2 = types.ListValueMust(hcl2Type, []attr.Value{block})
}

// readDeployment follows a deployment that had not succeeded when it was last looked at: an apply that was
// interrupted or gave up may have come right by itself since.
func (r *jobResource) readDeployment(ctx context.Context, m *model, job *api.Job) {
	if !unfinished(m.DeploymentStatus) {
		return
	}
	latest, _, err := r.client.Jobs().LatestDeployment(m.ID.ValueString(), m.query().WithContext(ctx))
	if err != nil || latest == nil || latest.JobVersion != value(job.Version) {
		return
	}
	m.DeploymentID, m.DeploymentStatus = types.StringValue(latest.ID), types.StringValue(latest.Status)
}

// unfinished tells whether a deployment's status in the state says that the last apply did not get through.
func unfinished(status types.String) bool {
	return status.ValueString() != "" && status.ValueString() != api.DeploymentStatusSuccessful
}

// promised puts back what the plan foretold: Terraform takes any other value for a bug of the provider. What somebody
// else changed in the same moment shows in the next refresh.
func (m *model) promised(planned *model) {
	if !planned.TaskGroups.IsUnknown() {
		m.TaskGroups = planned.TaskGroups
	}
	if !planned.Datacenters.IsUnknown() {
		m.Datacenters = planned.Datacenters
	}
	for _, text := range [][2]*types.String{{&m.Type, &planned.Type}, {&m.Region, &planned.Region}, {&m.Jobspec, &planned.Jobspec}} {
		if !text[1].IsUnknown() {
			*text[0] = *text[1]
		}
	}
	m.JSON, m.HCL2 = planned.JSON, planned.HCL2
}

// settleUnknown makes null of what is still unknown after a wait that failed: a state can't hold it.
func (m *model) settleUnknown() {
	for _, text := range []*types.String{
		&m.Type, &m.Region, &m.Status, &m.ModifyIndex, &m.DeploymentID, &m.DeploymentStatus,
	} {
		if text.IsUnknown() {
			*text = types.StringNull()
		}
	}
	if m.Datacenters.IsUnknown() {
		m.Datacenters = types.SetNull(types.StringType)
	}
	if m.AllocationIDs.IsUnknown() {
		m.AllocationIDs = types.ListNull(types.StringType)
	}
	if m.TaskGroups.IsUnknown() {
		m.TaskGroups = types.ListNull(taskGroupType)
	}
}

func flattenGroups(groups []*api.TaskGroup) (types.List, diag.Diagnostics) {
	var diags diag.Diagnostics
	list := func(of types.ObjectType, values []attr.Value) types.List {
		made, more := types.ListValue(of, values)
		diags.Append(more...)
		return made
	}
	object := func(of types.ObjectType, values map[string]attr.Value) attr.Value {
		made, more := types.ObjectValue(of.AttrTypes, values)
		diags.Append(more...)
		return made
	}
	all := []attr.Value{}
	for _, group := range groups {
		tasks := []attr.Value{}
		for _, task := range group.Tasks {
			mounts := []attr.Value{}
			for _, mount := range task.VolumeMounts {
				mounts = append(mounts, object(volumeMountType, map[string]attr.Value{
					"volume":      types.StringPointerValue(mount.Volume),
					"destination": types.StringPointerValue(mount.Destination),
					"read_only":   types.BoolValue(value(mount.ReadOnly)),
				}))
			}
			tasks = append(tasks, object(taskType, map[string]attr.Value{
				"name": types.StringValue(task.Name), "driver": types.StringValue(task.Driver),
				"meta": nomad.StringMap(task.Meta), "volume_mounts": list(volumeMountType, mounts),
			}))
		}
		count := int64(1)
		if group.Count != nil {
			count = int64(*group.Count)
		}
		all = append(all, object(taskGroupType, map[string]attr.Value{
			"name": types.StringValue(value(group.Name)), "count": types.Int64Value(count),
			"meta": nomad.StringMap(group.Meta), "task": list(taskType, tasks),
			"volumes": list(volumeType, flattenVolumes(group.Volumes, object)),
		}))
	}
	return list(taskGroupType, all), diags
}

// flattenVolumes lists a group's volumes by name: the API has a map of them.
func flattenVolumes(volumes map[string]*api.VolumeRequest, object func(types.ObjectType, map[string]attr.Value) attr.Value) []attr.Value {
	names := make([]string, 0, len(volumes))
	for name := range volumes {
		names = append(names, name)
	}
	sort.Strings(names)
	flat := []attr.Value{}
	for _, name := range names {
		v := volumes[name]
		flat = append(flat, object(volumeType, map[string]attr.Value{
			"name": types.StringValue(v.Name), "type": types.StringValue(v.Type),
			"read_only": types.BoolValue(v.ReadOnly), "source": types.StringValue(v.Source),
		}))
	}
	return flat
}
