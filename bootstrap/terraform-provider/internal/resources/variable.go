package resources

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/diag"
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

func newVariable() resource.Resource {
	return newObject(kind[variableModel, api.Variable]{
		name:   "variable",
		schema: variableSchema(),
		called: func(m *variableModel) string {
			return "Variable " + m.Path.ValueString() + "@" + m.Namespace.ValueString()
		},
		wanted: func(m *variableModel, ctx context.Context, diags *diag.Diagnostics) *api.Variable {
			items := nomad.Strings(ctx, m.Items, diags)
			return &api.Variable{Namespace: m.Namespace.ValueString(), Path: m.Path.ValueString(), Items: items}
		},
		write: func(ctx context.Context, client *api.Client, m *variableModel, wanted *api.Variable) error {
			m.ID = types.StringValue(wanted.Path + "@" + wanted.Namespace)
			_, _, err := client.Variables().Create(wanted, writing(ctx, wanted.Namespace))
			return err
		},
		read: func(ctx context.Context, client *api.Client, m *variableModel) (*api.Variable, error) {
			found, _, err := client.Variables().Read(m.Path.ValueString(), reading(ctx, m.Namespace.ValueString()))
			return found, err
		},
		flatten: func(m *variableModel, found *api.Variable) { m.Items = nomad.StringMap(found.Items) },
		remove: func(ctx context.Context, client *api.Client, m *variableModel) error {
			_, err := client.Variables().Delete(m.Path.ValueString(), writing(ctx, m.Namespace.ValueString()))
			return err
		},
		imported: importVariable,
	})
}

func variableSchema() schema.Schema {
	at := fixed("The path at which the items are stored: 1 to 128 characters, URL safe, without '@' and '.'")
	at.Validators = []validator.String{variablePath{}}
	namespace := defaulted(nomad.DefaultNamespace, "Variable namespace")
	namespace.PlanModifiers = []planmodifier.String{stringplanmodifier.RequiresReplace()}
	return schema.Schema{
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
	}
}

// importVariable takes `<path>@<namespace>`, or a path in the default namespace.
func importVariable(id string) (map[string]string, error) {
	at, namespace, err := nomad.SplitID(id, true)
	if err != nil {
		return nil, err
	}
	return map[string]string{"id": at + "@" + namespace, "path": at, "namespace": namespace}, nil
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
