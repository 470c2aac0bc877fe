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

type namespaceModel struct {
	ID             types.String            `tfsdk:"id"`
	Name           types.String            `tfsdk:"name"`
	Description    types.String            `tfsdk:"description"`
	Quota          types.String            `tfsdk:"quota"`
	Meta           types.Map               `tfsdk:"meta"`
	Capabilities   []namespaceCapabilities `tfsdk:"capabilities"`
	NodePoolConfig []namespaceNodePool     `tfsdk:"node_pool_config"`
}

type namespaceCapabilities struct {
	EnabledDrivers  []string `tfsdk:"enabled_task_drivers"`
	DisabledDrivers []string `tfsdk:"disabled_task_drivers"`
	EnabledModes    []string `tfsdk:"enabled_network_modes"`
	DisabledModes   []string `tfsdk:"disabled_network_modes"`
}

type namespaceNodePool struct {
	Default types.String `tfsdk:"default"`
	Allowed []string     `tfsdk:"allowed"`
	Denied  []string     `tfsdk:"denied"`
}

func newNamespace() resource.Resource {
	return newObject(kind[namespaceModel, api.Namespace]{
		name:   "namespace",
		schema: namespaceSchema(),
		called: func(m *namespaceModel) string { return called("Namespace", m.Name, m.ID) },
		wanted: (*namespaceModel).wanted,
		write: func(ctx context.Context, client *api.Client, m *namespaceModel, wanted *api.Namespace) error {
			if _, err := client.Namespaces().Register(wanted, writing(ctx, "")); err != nil {
				return err
			}
			m.ID = m.Name
			// The default node pool is Nomad's own where none was written.
			found, err := readNamespace(ctx, client, m)
			if err != nil {
				return fmt.Errorf("it was written, but can't be read back: %w", err)
			}
			m.flatten(found)
			return nil
		},
		read:     readNamespace,
		flatten:  (*namespaceModel).flatten,
		remove:   removeNamespace,
		inUse:    []string{"has non-terminal"},
		imported: importName,
	})
}

func namespaceSchema() schema.Schema {
	texts := func(description string) schema.ListAttribute {
		return schema.ListAttribute{Optional: true, ElementType: types.StringType, Description: description}
	}
	set := func(description string) schema.SetAttribute {
		return schema.SetAttribute{Optional: true, ElementType: types.StringType, Description: description}
	}
	return schema.Schema{
		Description: "A namespace" + about,
		Attributes: map[string]schema.Attribute{
			"id":          idAttribute(),
			"name":        fixed("Unique name for this namespace."),
			"description": optional("Description for this namespace."),
			"quota":       optional("Quota to set for this namespace."),
			"meta": schema.MapAttribute{
				Optional: true, ElementType: types.StringType, Description: "Metadata associated with the namespace.",
			},
		},
		Blocks: map[string]schema.Block{
			"capabilities": schema.ListNestedBlock{
				Description: "Capabilities of the namespace.",
				Validators:  []validator.List{nomad.Blocks(0, 1)},
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"enabled_task_drivers":   texts("Enabled task drivers for the namespace."),
					"disabled_task_drivers":  texts("Disabled task drivers for the namespace."),
					"enabled_network_modes":  texts("Enabled network modes for the namespace."),
					"disabled_network_modes": texts("Disabled network modes for the namespace."),
				}},
			},
			"node_pool_config": schema.ListNestedBlock{
				Description: "Node pool configuration (Nomad Enterprise).",
				Validators:  []validator.List{nomad.Blocks(0, 1)},
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"default": schema.StringAttribute{
						Optional: true, Computed: true, Description: "The node pool to use when none are specified in the job.",
					},
					"allowed": set("The node pools allowed in this namespace. Cannot be used with denied."),
					"denied":  set("The node pools not allowed in this namespace. Cannot be used with allowed."),
				}},
			},
		},
	}
}

func (m *namespaceModel) wanted(ctx context.Context, diags *diag.Diagnostics) *api.Namespace {
	wanted := &api.Namespace{
		Name: m.Name.ValueString(), Description: m.Description.ValueString(), Quota: m.Quota.ValueString(),
		Meta: nomad.Strings(ctx, m.Meta, diags),
	}
	for _, c := range m.Capabilities {
		wanted.Capabilities = &api.NamespaceCapabilities{
			EnabledTaskDrivers: c.EnabledDrivers, DisabledTaskDrivers: c.DisabledDrivers,
			EnabledNetworkModes: c.EnabledModes, DisabledNetworkModes: c.DisabledModes,
		}
	}
	for _, pool := range m.NodePoolConfig {
		if len(pool.Allowed) > 0 && len(pool.Denied) > 0 {
			diags.AddError("Wrong node_pool_config", "Given: allowed and denied. Allowed: one of them. Do: remove the other.")
		}
		wanted.NodePoolConfiguration = &api.NamespaceNodePoolConfiguration{
			Default: pool.Default.ValueString(), Allowed: pool.Allowed, Denied: pool.Denied,
		}
	}
	return wanted
}

func readNamespace(ctx context.Context, client *api.Client, m *namespaceModel) (*api.Namespace, error) {
	found, _, err := client.Namespaces().Info(m.ID.ValueString(), reading(ctx, ""))
	return found, err
}

func removeNamespace(ctx context.Context, client *api.Client, m *namespaceModel) error {
	name := m.ID.ValueString()
	if name == nomad.DefaultNamespace {
		// It can't be deleted: give it back as Nomad made it.
		made := &api.Namespace{Name: name, Description: "Default shared namespace"}
		if _, err := client.Namespaces().Register(made, writing(ctx, "")); err != nil {
			return fmt.Errorf("it can't be reset: %w", err)
		}
		return nil
	}
	_, err := client.Namespaces().Delete(name, writing(ctx, ""))
	return err
}

func (m *namespaceModel) flatten(found *api.Namespace) {
	m.Name = types.StringValue(found.Name)
	m.Description = nomad.Text(m.Description, found.Description)
	m.Quota = nomad.Text(m.Quota, found.Quota)
	m.Meta = nomad.TextMap(m.Meta, found.Meta)

	had := m.Capabilities
	m.Capabilities = []namespaceCapabilities{}
	if c := found.Capabilities; c != nil {
		old := namespaceCapabilities{}
		if len(had) == 1 {
			old = had[0]
		}
		m.Capabilities = append(m.Capabilities, namespaceCapabilities{
			EnabledDrivers: texts(old.EnabledDrivers, c.EnabledTaskDrivers), DisabledDrivers: texts(old.DisabledDrivers, c.DisabledTaskDrivers),
			EnabledModes: texts(old.EnabledModes, c.EnabledNetworkModes), DisabledModes: texts(old.DisabledModes, c.DisabledNetworkModes),
		})
	}
	hadPool := m.NodePoolConfig
	m.NodePoolConfig = []namespaceNodePool{}
	// Nomad Enterprise fills it in by itself: what nobody wrote is not shown, because a block can't be computed.
	if pool := found.NodePoolConfiguration; pool != nil && len(hadPool) == 1 {
		m.NodePoolConfig = append(m.NodePoolConfig, namespaceNodePool{
			Default: types.StringValue(pool.Default),
			Allowed: texts(hadPool[0].Allowed, pool.Allowed), Denied: texts(hadPool[0].Denied, pool.Denied),
		})
	}
}

// texts is an answered list; none stays none although Nomad answers an empty one.
func texts(had, got []string) []string {
	if len(got) == 0 {
		return had[:0:0]
	}
	return got
}
