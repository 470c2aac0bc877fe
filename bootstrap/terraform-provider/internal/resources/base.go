package resources

import (
	"context"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"

	"shoal/terraform-provider-nomad/internal/nomad"
)

// base is what all resources of this package have in common; each adds Create, Read, Update and Delete.
type base struct {
	client *api.Client
	name   string
	schema schema.Schema
}

func (b *base) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + b.name
}

func (b *base) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = b.schema
}

func (b *base) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	b.client = nomad.FromProviderData(req.ProviderData, &resp.Diagnostics)
}

// importName is the import of an object whose ID is its name.
func importName(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), req.ID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), req.ID)...)
}

const about = " (by Shoal's stand-in for hashicorp/nomad)."

// idAttribute is `id`, which Terraform's older SDK lets a user write: 2.5.2 allows it.
func idAttribute() schema.StringAttribute {
	return schema.StringAttribute{Optional: true, Computed: true, PlanModifiers: []planmodifier.String{
		stringplanmodifier.UseStateForUnknown(),
	}}
}

func required(description string) schema.StringAttribute {
	return schema.StringAttribute{Required: true, Description: description}
}

func optional(description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, Description: description}
}

// fixed is a required text that can't be changed in place.
func fixed(description string) schema.StringAttribute {
	return schema.StringAttribute{Required: true, Description: description, PlanModifiers: []planmodifier.String{
		stringplanmodifier.RequiresReplace(),
	}}
}

func defaulted(value, description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, Description: description, Default: stringdefault.StaticString(value),
	}
}

// importID is the import of an object whose ID Nomad made; the rest is read.
func importID(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), req.ID)...)
}
