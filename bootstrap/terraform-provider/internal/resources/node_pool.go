package resources

import (
	"context"

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

func newNodePool() resource.Resource {
	return newObject(kind[nodePoolModel, api.NodePool]{
		name:   "node_pool",
		schema: nodePoolSchema(),
		called: func(m *nodePoolModel) string { return called("Node pool", m.Name, m.ID) },
		wanted: (*nodePoolModel).wanted,
		write: func(ctx context.Context, client *api.Client, m *nodePoolModel, wanted *api.NodePool) error {
			m.ID = m.Name
			_, err := client.NodePools().Register(wanted, writing(ctx, ""))
			return err
		},
		read: func(ctx context.Context, client *api.Client, m *nodePoolModel) (*api.NodePool, error) {
			found, _, err := client.NodePools().Info(m.ID.ValueString(), reading(ctx, ""))
			return found, err
		},
		flatten: (*nodePoolModel).flatten,
		remove: func(ctx context.Context, client *api.Client, m *nodePoolModel) error {
			_, err := client.NodePools().Delete(m.ID.ValueString(), writing(ctx, ""))
			return err
		},
		inUse:    []string{"has non-terminal", "has nodes"},
		imported: importName,
	})
}

func nodePoolSchema() schema.Schema {
	oneOf := func(description string, allowed ...string) schema.StringAttribute {
		attribute := optional(description)
		attribute.Validators = []validator.String{choice(allowed)}
		return attribute
	}
	return schema.Schema{
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
	}
}

func (m *nodePoolModel) wanted(ctx context.Context, diags *diag.Diagnostics) *api.NodePool {
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
	return pool
}

func (m *nodePoolModel) flatten(found *api.NodePool) {
	m.Name = types.StringValue(found.Name)
	m.Description = nomad.Text(m.Description, found.Description)
	m.Meta = nomad.TextMap(m.Meta, found.Meta)
	m.SchedulerConfig = []nodePoolScheduler{}
	if scheduler := found.SchedulerConfiguration; scheduler != nil {
		flat := nodePoolScheduler{Algorithm: nomad.Text(types.StringNull(), string(scheduler.SchedulerAlgorithm))}
		if over := scheduler.MemoryOversubscriptionEnabled; over != nil {
			flat.Oversubscription = types.StringValue(map[bool]string{true: enabled, false: disabled}[*over])
		}
		m.SchedulerConfig = append(m.SchedulerConfig, flat)
	}
}
