// Package job is the resource nomad_job.
package job

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"shoal/terraform-provider-nomad/internal/nomad"
)

// defaultTimeout is how long a create or an update with detach = false may take, as in 2.5.2.
const defaultTimeout = 5 * time.Minute

var (
	_ resource.ResourceWithConfigure   = (*jobResource)(nil)
	_ resource.ResourceWithImportState = (*jobResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*jobResource)(nil)
)

type jobResource struct{ client *api.Client }

// NewResource makes the resource nomad_job.
func NewResource() resource.Resource { return &jobResource{} }

func (r *jobResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_job"
}

func (r *jobResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = jobSchema(ctx)
}

func (r *jobResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.client = nomad.FromProviderData(req.ProviderData, &resp.Diagnostics)
}

func (r *jobResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := plan.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || !r.apply(ctx, &plan, timeout, &resp.Diagnostics) {
		return
	}
	// Also after a failed deployment: the job is in Nomad. Terraform marks it as tainted, and the next apply replaces it.
	resp.Diagnostics.Append(resp.State.Set(context.WithoutCancel(ctx), &plan)...)
}

func (r *jobResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !plan.ModifyIndex.IsUnknown() {
		// Only settings of the resource changed, or the text of a specification that means the same job.
		r.readAllocations(&plan)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		return
	}
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || !r.apply(ctx, &plan, timeout, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(context.WithoutCancel(ctx), &plan)...)
}

// apply registers the job, waits for its deployment where that is wanted, and fills the model in. It returns false
// when nothing came to be in Nomad; a failed wait is an error with true, and a model that says how far it came.
func (r *jobResource) apply(ctx context.Context, m *model, timeout time.Duration, diags *diag.Diagnostics) bool {
	src := m.source(ctx, diags)
	if diags.HasError() {
		return false
	}
	job, err := src.parse()
	if err != nil {
		diags.AddAttributeError(path.Root("jobspec"), "Wrong jobspec", err.Error())
		return false
	}
	id, namespace := value(job.ID), value(job.Namespace)
	registered, _, err := r.client.Jobs().RegisterOpts(job, &api.RegisterOptions{
		PolicyOverride: m.PolicyOverride.ValueBool(),
		Submission:     src.submission(),
	}, (&api.WriteOptions{Namespace: namespace}).WithContext(ctx))
	if err != nil {
		diags.AddError(fmt.Sprintf("Job %q can't be registered", id), "error applying jobspec: "+err.Error())
		return false
	}
	tflog.Debug(ctx, "job registered", map[string]any{"job": id, "namespace": namespace, "eval": registered.EvalID})
	if registered.Warnings != "" {
		tflog.Warn(ctx, "nomad warns: "+registered.Warnings, map[string]any{"job": id})
	}

	planned := *m
	m.ID, m.Name, m.Namespace = types.StringValue(id), types.StringValue(id), types.StringValue(namespace)
	m.ModifyIndex = types.StringValue(strconv.FormatUint(registered.JobModifyIndex, 10))
	m.DeploymentID, m.DeploymentStatus = types.StringNull(), types.StringNull()
	if !m.Detach.ValueBool() && registered.EvalID != "" {
		w := waiter{client: r.client, id: id, namespace: namespace, region: value(job.Region), timeout: timeout}
		deployment, err := w.wait(ctx, registered.EvalID)
		if deployment != nil {
			m.DeploymentID = types.StringValue(deployment.ID)
			m.DeploymentStatus = types.StringValue(deployment.Status)
		}
		if err != nil {
			diags.AddError(fmt.Sprintf("Job %q did not become healthy", id), err.Error())
		}
	}
	// The job is there even if the run was interrupted: read it, so that the state knows it.
	if found := r.refresh(context.WithoutCancel(ctx), m, diags); !found && !diags.HasError() {
		diags.AddError(fmt.Sprintf("Job %q is gone", id), "It was registered, and deregistered by someone else before it could be read back. Do: apply again.")
	}
	m.settleUnknown()
	m.promised(&planned)
	return true
}

func (r *jobResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !state.DeregisterOnDestroy.IsNull() && !state.DeregisterOnDestroy.ValueBool() {
		tflog.Warn(ctx, "job stays in Nomad: deregister_on_destroy is false", map[string]any{"job": state.ID.ValueString()})
		return
	}
	options := (&api.WriteOptions{Namespace: state.namespace(), Region: state.Region.ValueString()}).WithContext(ctx)
	_, _, err := r.client.Jobs().Deregister(state.ID.ValueString(), state.PurgeOnDestroy.ValueBool(), options)
	if err != nil && !nomad.IsNotFound(err) {
		resp.Diagnostics.AddError(fmt.Sprintf("Job %q can't be deregistered", state.ID.ValueString()), err.Error())
	}
}

// ImportState takes `<job id>@<namespace>`.
func (r *jobResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, namespace, err := nomad.SplitID(req.ID, false)
	if err != nil {
		resp.Diagnostics.AddError("Wrong import ID", err.Error())
		return
	}
	set := func(name string, value any) {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
	set("id", id)
	set("name", id)
	set("namespace", namespace)
	set("deregister_on_destroy", true)
	set("deregister_on_id_change", true)
	set("detach", true)
	set("rerun_if_dead", false)
	set("read_allocation_ids", false)
}
