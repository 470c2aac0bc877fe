package resources

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
)

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
