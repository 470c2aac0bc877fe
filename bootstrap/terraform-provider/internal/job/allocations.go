package job

import (
	"context"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"shoal/terraform-provider-nomad/internal/nomad"
)

type allocationsSource struct{ client *api.Client }

// NewAllocations makes the data source nomad_allocations.
func NewAllocations() datasource.DataSource { return &allocationsSource{} }

type allocationsModel struct {
	ID          types.String `tfsdk:"id"`
	Prefix      types.String `tfsdk:"prefix"`
	Filter      types.String `tfsdk:"filter"`
	Namespace   types.String `tfsdk:"namespace"`
	Allocations types.List   `tfsdk:"allocations"`
}

var allocationType = func() types.ObjectType {
	of := map[string]attr.Type{}
	for _, name := range []string{
		"id", "eval_id", "name", "namespace", "node_id", "node_name", "job_id", "job_type", "task_group", "desired_status",
		"client_status", "followup_eval_id", "next_allocation", "preempted_by_allocation",
	} {
		of[name] = types.StringType
	}
	for _, name := range []string{"job_version", "create_index", "modify_index", "create_time", "modify_time"} {
		of[name] = types.Int64Type
	}
	return types.ObjectType{AttrTypes: of}
}()

func (d *allocationsSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_allocations"
}

func (d *allocationsSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.client = nomad.FromProviderData(req.ProviderData, &resp.Diagnostics)
}

func (d *allocationsSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Description: "Allocations, as Nomad lists them (by Shoal's stand-in for hashicorp/nomad).",
		Attributes: map[string]schema.Attribute{
			"id":          schema.StringAttribute{Optional: true, Computed: true},
			"prefix":      schema.StringAttribute{Optional: true, Description: "Start of the allocations' IDs."},
			"filter":      schema.StringAttribute{Optional: true, Description: "Filter expression of Nomad's API."},
			"namespace":   schema.StringAttribute{Optional: true, Description: "The provider's where it is not set."},
			"allocations": schema.ListAttribute{Computed: true, ElementType: allocationType},
		},
	}
}

func (d *allocationsSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m allocationsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	stubs, _, err := d.client.Allocations().List((&api.QueryOptions{
		Prefix: m.Prefix.ValueString(), Filter: m.Filter.ValueString(), Namespace: m.Namespace.ValueString(),
	}).WithContext(ctx))
	if err != nil {
		resp.Diagnostics.AddError("Allocations can't be listed", err.Error())
		return
	}
	all := []attr.Value{}
	for _, a := range stubs {
		values := map[string]attr.Value{
			"job_version":  types.Int64Value(int64(a.JobVersion)),
			"create_index": types.Int64Value(int64(a.CreateIndex)), "modify_index": types.Int64Value(int64(a.ModifyIndex)),
			"create_time": types.Int64Value(a.CreateTime), "modify_time": types.Int64Value(a.ModifyTime),
		}
		for name, text := range map[string]string{
			"id": a.ID, "eval_id": a.EvalID, "name": a.Name, "namespace": a.Namespace, "node_id": a.NodeID, "node_name": a.NodeName,
			"job_id": a.JobID, "job_type": a.JobType, "task_group": a.TaskGroup, "desired_status": a.DesiredStatus,
			"client_status": a.ClientStatus, "followup_eval_id": a.FollowupEvalID, "next_allocation": a.NextAllocation,
			"preempted_by_allocation": a.PreemptedByAllocation,
		} {
			values[name] = types.StringValue(text)
		}
		all = append(all, types.ObjectValueMust(allocationType.AttrTypes, values))
	}
	m.ID = types.StringValue(m.Namespace.ValueString() + m.Prefix.ValueString() + m.Filter.ValueString())
	m.Allocations = types.ListValueMust(allocationType, all)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}
