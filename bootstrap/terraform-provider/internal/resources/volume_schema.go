package resources

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"shoal/terraform-provider-nomad/internal/nomad"
)

type volumeModel struct {
	ID               types.String       `tfsdk:"id"`
	Name             types.String       `tfsdk:"name"`
	Namespace        types.String       `tfsdk:"namespace"`
	PluginID         types.String       `tfsdk:"plugin_id"`
	NodeID           types.String       `tfsdk:"node_id"`
	NodePool         types.String       `tfsdk:"node_pool"`
	CapacityMin      types.String       `tfsdk:"capacity_min"`
	CapacityMax      types.String       `tfsdk:"capacity_max"`
	Parameters       types.Map          `tfsdk:"parameters"`
	Capacity         types.String       `tfsdk:"capacity"`
	CapacityBytes    types.Int64        `tfsdk:"capacity_bytes"`
	CapacityMinBytes types.Int64        `tfsdk:"capacity_min_bytes"`
	CapacityMaxBytes types.Int64        `tfsdk:"capacity_max_bytes"`
	HostPath         types.String       `tfsdk:"host_path"`
	State            types.String       `tfsdk:"state"`
	Capability       []volumeCapability `tfsdk:"capability"`
	Constraint       []volumeConstraint `tfsdk:"constraint"`
}

type volumeCapability struct {
	AccessMode     types.String `tfsdk:"access_mode"`
	AttachmentMode types.String `tfsdk:"attachment_mode"`
}

type volumeConstraint struct {
	Attribute types.String `tfsdk:"attribute"`
	Value     types.String `tfsdk:"value"`
	Operator  types.String `tfsdk:"operator"`
}

func volumeSchema() schema.Schema {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	found := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, Description: description, PlanModifiers: keep}
	}
	// What a change of the wanted size changes can't keep its value from the state.
	changing := schema.Int64Attribute{Computed: true}
	oneOf := func(description string, allowed ...string) schema.StringAttribute {
		attribute := required(description + " One of " + strings.Join(allowed, ", ") + ".")
		attribute.Validators = []validator.String{choice(allowed)}
		return attribute
	}
	return schema.Schema{
		Description: "A dynamic host volume, created by its plugin on one node" + about,
		Attributes: map[string]schema.Attribute{
			"id":        found("Volume ID"),
			"name":      required("Volume name"),
			"namespace": defaulted(nomad.DefaultNamespace, "Volume namespace"),
			"plugin_id": required("Plugin ID"),
			"node_id": schema.StringAttribute{
				Optional: true, Computed: true, Description: "Node ID",
				PlanModifiers: append(slices.Clone(keep), stringplanmodifier.RequiresReplace()),
			},
			"node_pool": schema.StringAttribute{
				Optional: true, Computed: true, Description: "Node pool", PlanModifiers: keep,
			},
			"capacity_min": optional("Requested minimum capacity, as 10 GiB"),
			"capacity_max": optional("Requested maximum capacity, as 10 GiB"),
			"parameters": schema.MapAttribute{
				Optional: true, ElementType: types.StringType, Description: "Parameters of the plugin",
			},
			"capacity":           schema.StringAttribute{Computed: true, Description: "Provisioned capacity"},
			"host_path":          found("Host path"),
			"state":              found("State"),
			"capacity_bytes":     changing,
			"capacity_min_bytes": changing,
			"capacity_max_bytes": changing,
		},
		Blocks: map[string]schema.Block{
			"capability": schema.ListNestedBlock{
				Description: "What the volume may be used for; at least one.",
				Validators:  []validator.List{nomad.Blocks(1, 64)},
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"access_mode": oneOf("An access mode available for the volume.",
						string(api.HostVolumeAccessModeSingleNodeReader), string(api.HostVolumeAccessModeSingleNodeWriter),
						string(api.HostVolumeAccessModeSingleNodeSingleWriter), string(api.HostVolumeAccessModeSingleNodeMultiWriter)),
					"attachment_mode": oneOf("An attachment mode available for the volume.",
						string(api.HostVolumeAttachmentModeFilesystem), string(api.HostVolumeAttachmentModeBlockDevice)),
				}},
			},
			"constraint": schema.ListNestedBlock{
				Description: "Which nodes may have the volume.",
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"attribute": required("An attribute to check to constrain volume placement"),
					"value":     optional("The requested value of the attribute"),
					"operator":  defaulted("=", "The operator to use for comparison"),
				}},
			},
		},
	}
}

// choice is a validator of one text out of some.
type choice []string

func (c choice) Description(context.Context) string { return "one of " + strings.Join(c, ", ") }

func (c choice) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

func (c choice) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	given := req.ConfigValue
	if given.IsNull() || given.IsUnknown() || slices.Contains(c, given.ValueString()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Wrong value",
		fmt.Sprintf("Given: %q. Allowed: %s. Do: choose one of them.", given.ValueString(), c.Description(ctx)))
}
