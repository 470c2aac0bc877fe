package job

import (
	"context"
	"fmt"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"shoal/terraform-provider-nomad/internal/nomad"
)

type dataSource struct{ client *api.Client }

// NewDataSource makes the data source nomad_job.
func NewDataSource() datasource.DataSource { return &dataSource{} }

type dataModel struct {
	ID                types.String `tfsdk:"id"`
	JobID             types.String `tfsdk:"job_id"`
	Namespace         types.String `tfsdk:"namespace"`
	Name              types.String `tfsdk:"name"`
	ParentID          types.String `tfsdk:"parent_id"`
	Region            types.String `tfsdk:"region"`
	Type              types.String `tfsdk:"type"`
	Status            types.String `tfsdk:"status"`
	StatusDescription types.String `tfsdk:"status_description"`
	AllAtOnce         types.Bool   `tfsdk:"all_at_once"`
	Stable            types.Bool   `tfsdk:"stable"`
	Stop              types.Bool   `tfsdk:"stop"`
	Priority          types.Int64  `tfsdk:"priority"`
	Version           types.Int64  `tfsdk:"version"`
	SubmitTime        types.Int64  `tfsdk:"submit_time"`
	CreateIndex       types.Int64  `tfsdk:"create_index"`
	ModifyIndex       types.Int64  `tfsdk:"modify_index"`
	JobModifyIndex    types.Int64  `tfsdk:"job_modify_index"`
	Datacenters       types.List   `tfsdk:"datacenters"`
	Constraints       types.List   `tfsdk:"constraints"`
	PeriodicConfig    types.List   `tfsdk:"periodic_config"`
	TaskGroups        types.List   `tfsdk:"task_groups"`
}

var (
	constraintType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"ltarget": types.StringType, "rtarget": types.StringType, "operand": types.StringType,
	}}
	periodicType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"enabled": types.BoolType, "prohibit_overlap": types.BoolType, "spec": types.StringType,
		"spec_type": types.StringType, "timezone": types.StringType,
	}}
)

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_job"
}

func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.client = nomad.FromProviderData(req.ProviderData, &resp.Diagnostics)
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"id":        schema.StringAttribute{Optional: true, Computed: true},
		"job_id":    schema.StringAttribute{Required: true, Description: "Job ID"},
		"namespace": schema.StringAttribute{Optional: true, Computed: true, Description: "Job namespace; default where it is not set."},
	}
	for _, name := range []string{"name", "parent_id", "region", "type", "status", "status_description"} {
		attributes[name] = schema.StringAttribute{Computed: true}
	}
	for _, name := range []string{"all_at_once", "stable", "stop"} {
		attributes[name] = schema.BoolAttribute{Computed: true}
	}
	for _, name := range []string{"priority", "version", "submit_time", "create_index", "modify_index", "job_modify_index"} {
		attributes[name] = schema.Int64Attribute{Computed: true}
	}
	for name, of := range map[string]attr.Type{
		"datacenters": types.StringType, "constraints": constraintType, "periodic_config": periodicType, "task_groups": taskGroupType,
	} {
		attributes[name] = schema.ListAttribute{Computed: true, ElementType: of}
	}
	resp.Schema = schema.Schema{
		Description: "A job as Nomad has it (by Shoal's stand-in for hashicorp/nomad).", Attributes: attributes,
	}
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m dataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if d.client == nil {
		resp.Diagnostics.AddError(fmt.Sprintf("Job %q can't be read yet", m.JobID.ValueString()),
			"Given: an address or secret_id of the provider that is known only after the apply. Do: apply what it comes from first, with -target.")
		return
	}
	if m.Namespace.ValueString() == "" {
		m.Namespace = types.StringValue(nomad.DefaultNamespace)
	}
	job, _, err := d.client.Jobs().Info(m.JobID.ValueString(), (&api.QueryOptions{Namespace: m.Namespace.ValueString()}).WithContext(ctx))
	if err != nil {
		resp.Diagnostics.AddError(fmt.Sprintf("Job %q of namespace %q can't be read", m.JobID.ValueString(), m.Namespace.ValueString()), err.Error())
		return
	}
	m.ID = types.StringPointerValue(job.ID)
	m.Name, m.ParentID, m.Region = types.StringPointerValue(job.Name), types.StringPointerValue(job.ParentID), types.StringPointerValue(job.Region)
	m.Type, m.Status = types.StringPointerValue(job.Type), types.StringPointerValue(job.Status)
	m.StatusDescription = types.StringPointerValue(job.StatusDescription)
	m.AllAtOnce, m.Stable, m.Stop = types.BoolPointerValue(job.AllAtOnce), types.BoolPointerValue(job.Stable), types.BoolPointerValue(job.Stop)
	m.Priority, m.SubmitTime = types.Int64Value(int64(value(job.Priority))), types.Int64PointerValue(job.SubmitTime)
	m.Version, m.CreateIndex = number(job.Version), number(job.CreateIndex)
	m.ModifyIndex, m.JobModifyIndex = number(job.ModifyIndex), number(job.JobModifyIndex)

	datacenters, diags := types.ListValueFrom(ctx, types.StringType, job.Datacenters)
	resp.Diagnostics.Append(diags...)
	groups, diags := flattenGroups(job.TaskGroups)
	resp.Diagnostics.Append(diags...)
	constraints := []attr.Value{}
	for _, c := range job.Constraints {
		constraints = append(constraints, types.ObjectValueMust(constraintType.AttrTypes, map[string]attr.Value{
			"ltarget": types.StringValue(c.LTarget), "rtarget": types.StringValue(c.RTarget), "operand": types.StringValue(c.Operand),
		}))
	}
	periodic := []attr.Value{}
	if p := job.Periodic; p != nil {
		periodic = append(periodic, types.ObjectValueMust(periodicType.AttrTypes, map[string]attr.Value{
			"enabled": types.BoolValue(value(p.Enabled)), "prohibit_overlap": types.BoolValue(value(p.ProhibitOverlap)),
			"spec": types.StringValue(value(p.Spec)), "spec_type": types.StringValue(value(p.SpecType)),
			"timezone": types.StringValue(value(p.TimeZone)),
		}))
	}
	m.Datacenters, m.TaskGroups = datacenters, groups
	m.Constraints = types.ListValueMust(constraintType, constraints)
	m.PeriodicConfig = types.ListValueMust(periodicType, periodic)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func number(of *uint64) types.Int64 { return types.Int64Value(int64(value(of))) }
