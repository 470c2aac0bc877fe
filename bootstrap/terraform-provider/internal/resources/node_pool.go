package resources

import (
	"context"
	"fmt"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"shoal/terraform-provider-nomad/internal/nomad"
)

const (
	enabled  = "enabled"
	disabled = "disabled"
)

type nodePoolModel struct {
	ID              types.String        `tfsdk:"id"`
	Name            types.String        `tfsdk:"name"`
	Description     types.String        `tfsdk:"description"`
	Meta            types.Map           `tfsdk:"meta"`
	SchedulerConfig []nodePoolScheduler `tfsdk:"scheduler_config"`
}

type nodePoolScheduler struct {
	Algorithm        types.String `tfsdk:"scheduler_algorithm"`
	Oversubscription types.String `tfsdk:"memory_oversubscription"`
}

type nodePool struct{ base }

func newNodePool() resource.Resource {
	oneOf := func(description string, allowed ...string) schema.StringAttribute {
		attribute := optional(description)
		attribute.Validators = []validator.String{choice(allowed)}
		return attribute
	}
	return &nodePool{base{name: "node_pool", schema: schema.Schema{
		Description: "A node pool" + about,
		Attributes: map[string]schema.Attribute{
			"id":          idAttribute(),
			"name":        fixed("Unique name for this node pool."),
			"description": optional("Description for this node pool."),
			"meta": schema.MapAttribute{
				Optional: true, ElementType: types.StringType, Description: "Metadata associated with the node pool",
			},
		},
		Blocks: map[string]schema.Block{
			"scheduler_config": schema.ListNestedBlock{
				Description: "Scheduler configuration for the node pool (Nomad Enterprise).",
				Validators:  []validator.List{nomad.Blocks(0, 1)},
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"scheduler_algorithm":     oneOf("binpack or spread", string(api.SchedulerAlgorithmBinpack), string(api.SchedulerAlgorithmSpread)),
					"memory_oversubscription": oneOf("enabled or disabled; the cluster's own where it is not set", enabled, disabled),
				}},
			},
		},
	}}}
}

func (r *nodePool) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan nodePoolModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if r.write(ctx, &plan, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	}
}

func (r *nodePool) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan nodePoolModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if r.write(ctx, &plan, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	}
}

func (r *nodePool) write(ctx context.Context, m *nodePoolModel, diags *diag.Diagnostics) bool {
	pool := &api.NodePool{
		Name: m.Name.ValueString(), Description: m.Description.ValueString(), Meta: nomad.Strings(ctx, m.Meta, diags),
	}
	for _, scheduler := range m.SchedulerConfig {
		pool.SchedulerConfiguration = &api.NodePoolSchedulerConfiguration{
			SchedulerAlgorithm: api.SchedulerAlgorithm(scheduler.Algorithm.ValueString()),
		}
		if over := scheduler.Oversubscription.ValueString(); over != "" {
			pool.SchedulerConfiguration.MemoryOversubscriptionEnabled = new(over == enabled)
		}
	}
	if diags.HasError() {
		return false
	}
	if _, err := r.client.NodePools().Register(pool, (&api.WriteOptions{}).WithContext(ctx)); err != nil {
		diags.AddError(fmt.Sprintf("Node pool %q can't be written", pool.Name), err.Error())
		return false
	}
	m.ID = m.Name
	return true
}

func (r *nodePool) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state nodePoolModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	found, _, err := r.client.NodePools().Info(state.ID.ValueString(), (&api.QueryOptions{}).WithContext(ctx))
	if nomad.IsNotFound(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.AddError(fmt.Sprintf("Node pool %q can't be read", state.ID.ValueString()), err.Error())
		return
	}
	state.Name = types.StringValue(found.Name)
	state.Description = nomad.Text(state.Description, found.Description)
	state.Meta = nomad.TextMap(state.Meta, found.Meta)
	state.SchedulerConfig = []nodePoolScheduler{}
	if scheduler := found.SchedulerConfiguration; scheduler != nil {
		flat := nodePoolScheduler{Algorithm: nomad.Text(types.StringNull(), string(scheduler.SchedulerAlgorithm))}
		if over := scheduler.MemoryOversubscriptionEnabled; over != nil {
			flat.Oversubscription = types.StringValue(map[bool]string{true: enabled, false: disabled}[*over])
		}
		state.SchedulerConfig = append(state.SchedulerConfig, flat)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

func (r *nodePool) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state nodePoolModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	deleteWhenFree(ctx, fmt.Sprintf("Node pool %q", state.ID.ValueString()), &resp.Diagnostics, func() error {
		_, err := r.client.NodePools().Delete(state.ID.ValueString(), (&api.WriteOptions{}).WithContext(ctx))
		return err
	})
}

// ImportState takes the pool's name.
func (r *nodePool) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importName(ctx, req, resp)
}
