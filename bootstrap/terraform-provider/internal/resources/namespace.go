package resources

import (
	"context"
	"fmt"
	"strings"
	"time"

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

type namespace struct{ base }

func newNamespace() resource.Resource {
	texts := func(description string) schema.ListAttribute {
		return schema.ListAttribute{Optional: true, ElementType: types.StringType, Description: description}
	}
	set := func(description string) schema.SetAttribute {
		return schema.SetAttribute{Optional: true, ElementType: types.StringType, Description: description}
	}
	return &namespace{base{name: "namespace", schema: schema.Schema{
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
	}}}
}

func (r *namespace) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan namespaceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if r.write(ctx, &plan, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	}
}

func (r *namespace) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan namespaceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if r.write(ctx, &plan, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	}
}

func (r *namespace) write(ctx context.Context, m *namespaceModel, diags *diag.Diagnostics) bool {
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
	if diags.HasError() {
		return false
	}
	if _, err := r.client.Namespaces().Register(wanted, (&api.WriteOptions{}).WithContext(ctx)); err != nil {
		diags.AddError(fmt.Sprintf("Namespace %q can't be written", wanted.Name), err.Error())
		return false
	}
	m.ID = m.Name
	return r.read(ctx, m, diags)
}

func (r *namespace) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state namespaceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	found := r.read(ctx, &state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !found {
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

func (r *namespace) read(ctx context.Context, m *namespaceModel, diags *diag.Diagnostics) bool {
	found, _, err := r.client.Namespaces().Info(m.ID.ValueString(), (&api.QueryOptions{}).WithContext(ctx))
	if nomad.IsNotFound(err) {
		return false
	}
	if err != nil {
		diags.AddError(fmt.Sprintf("Namespace %q can't be read", m.ID.ValueString()), err.Error())
		return false
	}
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
	return true
}

// texts is an answered list; none stays none although Nomad answers an empty one.
func texts(had, got []string) []string {
	if len(got) == 0 {
		return had[:0:0]
	}
	return got
}

func (r *namespace) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state namespaceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	name := state.ID.ValueString()
	options := (&api.WriteOptions{}).WithContext(ctx)
	if name == nomad.DefaultNamespace {
		// It can't be deleted: give it back as Nomad made it.
		if _, err := r.client.Namespaces().Register(&api.Namespace{Name: name, Description: "Default shared namespace"}, options); err != nil {
			resp.Diagnostics.AddError("The default namespace can't be reset", err.Error())
		}
		return
	}
	deleteWhenFree(ctx, fmt.Sprintf("Namespace %q", name), &resp.Diagnostics, func() error {
		_, err := r.client.Namespaces().Delete(name, options)
		return err
	})
}

// ImportState takes the namespace's name.
func (r *namespace) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importName(ctx, req, resp)
}

const (
	freeTries = 11
	freePause = 5 * time.Second
)

// deleteWhenFree deletes something that jobs or nodes use, which may take a while to end: 50 s, as in 2.5.2.
func deleteWhenFree(ctx context.Context, what string, diags *diag.Diagnostics, remove func() error) {
	for try := 1; ; try++ {
		err := remove()
		if err == nil || nomad.IsNotFound(err) {
			return
		}
		used := strings.Contains(err.Error(), "has non-terminal") || strings.Contains(err.Error(), "has nodes")
		if !used || try == freeTries {
			diags.AddError(what+" can't be deleted", err.Error())
			return
		}
		select {
		case <-ctx.Done():
			diags.AddError("Interrupted", what+" is still there.")
			return
		case <-time.After(freePause):
		}
	}
}
