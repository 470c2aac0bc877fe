package resources

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"shoal/terraform-provider-nomad/internal/nomad"
)

type variableModel struct {
	ID        types.String `tfsdk:"id"`
	Path      types.String `tfsdk:"path"`
	Namespace types.String `tfsdk:"namespace"`
	Items     types.Map    `tfsdk:"items"`
}

type variable struct{ base }

func newVariable() resource.Resource {
	at := fixed("The path at which the items are stored: 1 to 128 characters, URL safe, without '@' and '.'")
	at.Validators = []validator.String{variablePath{}}
	namespace := defaulted(nomad.DefaultNamespace, "Variable namespace")
	namespace.PlanModifiers = []planmodifier.String{stringplanmodifier.RequiresReplace()}
	return &variable{base{name: "variable", schema: schema.Schema{
		Description: "A Nomad variable" + about,
		Attributes: map[string]schema.Attribute{
			"id":        idAttribute(),
			"path":      at,
			"namespace": namespace,
			"items": schema.MapAttribute{
				Required: true, Sensitive: true, ElementType: types.StringType,
				Description: "A map of strings to be added as items in the variable",
			},
		},
	}}}
}

func (r *variable) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan variableModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if r.write(ctx, &plan, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	}
}

func (r *variable) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan variableModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if r.write(ctx, &plan, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	}
}

func (r *variable) write(ctx context.Context, m *variableModel, diags *diag.Diagnostics) bool {
	items := nomad.Strings(ctx, m.Items, diags)
	if diags.HasError() {
		return false
	}
	at, namespace := m.Path.ValueString(), m.Namespace.ValueString()
	_, _, err := r.client.Variables().Create(&api.Variable{Namespace: namespace, Path: at, Items: items},
		(&api.WriteOptions{Namespace: namespace}).WithContext(ctx))
	if err != nil {
		diags.AddError(fmt.Sprintf("Variable %s@%s can't be written", at, namespace), err.Error())
		return false
	}
	m.ID = types.StringValue(at + "@" + namespace)
	return true
}

func (r *variable) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state variableModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	found, _, err := r.client.Variables().Read(state.Path.ValueString(),
		(&api.QueryOptions{Namespace: state.Namespace.ValueString()}).WithContext(ctx))
	if nomad.IsNotFound(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.AddError(fmt.Sprintf("Variable %s can't be read", state.ID.ValueString()), err.Error())
		return
	}
	state.Items = nomad.StringMap(found.Items)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

func (r *variable) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state variableModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	_, err := r.client.Variables().Delete(state.Path.ValueString(),
		(&api.WriteOptions{Namespace: state.Namespace.ValueString()}).WithContext(ctx))
	if err != nil && !nomad.IsNotFound(err) {
		resp.Diagnostics.AddError(fmt.Sprintf("Variable %s can't be deleted", state.ID.ValueString()), err.Error())
	}
}

// ImportState takes `<path>@<namespace>`, or a path in the default namespace.
func (r *variable) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	at, namespace, err := nomad.SplitID(req.ID, true)
	if err != nil {
		resp.Diagnostics.AddError("Wrong import ID", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), at+"@"+namespace)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("path"), at)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("namespace"), namespace)...)
}

// variablePath checks a path by Nomad's own rules, so that the plan already fails.
type variablePath struct{}

const maxVariablePath = 128

var variablePathAllowed = regexp.MustCompile(`^[a-zA-Z0-9-_~/]+$`)

func (variablePath) Description(context.Context) string { return "a path of a Nomad variable" }

func (v variablePath) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (variablePath) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := wrongVariablePath(req.ConfigValue.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Wrong path of a variable",
			fmt.Sprintf("%s. Given: %q. Do: choose another path.", problem, req.ConfigValue.ValueString()))
	}
}

func wrongVariablePath(at string) string {
	parts := strings.Split(at, "/")
	switch {
	case len(at) > maxVariablePath:
		return fmt.Sprintf("path is too long: %d characters. Allowed: up to %d", len(at), maxVariablePath)
	case !variablePathAllowed.MatchString(at):
		return "path contains invalid characters. Allowed: letters, digits, - _ ~ /"
	case parts[0] != "nomad":
		return ""
	case len(parts) > 1 && parts[1] == "jobs":
		return ""
	case len(parts) == 3 && parts[1] == "job-templates":
		return ""
	}
	return "path is reserved by Nomad. Allowed under nomad/: nomad/jobs and below, nomad/job-templates/NAME"
}
