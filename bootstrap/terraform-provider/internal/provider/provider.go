// Package provider is the provider's own schema and configuration; the resources are in packages beside it.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"shoal/terraform-provider-nomad/internal/job"
	"shoal/terraform-provider-nomad/internal/nomad"
	"shoal/terraform-provider-nomad/internal/resources"
)

// StandsInFor is the release of hashicorp/nomad whose schema and behaviour this provider has.
const StandsInFor = "2.5.2"

// About is what the program says of itself.
const About = "terraform-provider-nomad: Shoal's stand-in for hashicorp/nomad " + StandsInFor +
	", for machines that can't reach Terraform's registry. This is not HashiCorp's provider."

// New makes an unconfigured provider.
func New() provider.Provider { return &nomadProvider{} }

type nomadProvider struct{}

func (p *nomadProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "nomad"
	resp.Version = StandsInFor
}

func (p *nomadProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, Description: description}
	}
	secret := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, Sensitive: true, Description: description}
	}
	resp.Schema = schema.Schema{
		Description: About,
		Attributes: map[string]schema.Attribute{
			"address":   text("URL of the root of the target Nomad agent (NOMAD_ADDR)."),
			"region":    text("Region of the target Nomad agent (NOMAD_REGION)."),
			"http_auth": text("HTTP basic auth, `user:password` (NOMAD_HTTP_AUTH)."),
			"ca_file":   text("Path of a PEM certificate authority that verifies the agent's certificate (NOMAD_CACERT)."),
			"ca_pem":    text("The PEM certificate authority itself."),
			"cert_file": text("Path of a PEM client certificate; needs key_file or key_pem (NOMAD_CLIENT_CERT)."),
			"cert_pem":  text("The PEM client certificate itself; needs key_file or key_pem."),
			"key_file":  text("Path of the PEM private key of the client certificate (NOMAD_CLIENT_KEY)."),
			"key_pem":   secret("The PEM private key itself."),
			"secret_id": secret("ACL token of all requests (NOMAD_TOKEN)."),
			"skip_verify": schema.BoolAttribute{
				Optional: true, Description: "Don't verify the agent's certificate (NOMAD_SKIP_VERIFY).",
			},
			"ignore_env_vars": schema.MapAttribute{
				Optional: true, ElementType: types.BoolType,
				Description: "Environment variables that are not read although they are set, as `{ NOMAD_TOKEN = true }`.",
			},
		},
		Blocks: map[string]schema.Block{
			"auth_jwt": schema.ListNestedBlock{
				Validators:  []validator.List{nomad.Blocks(0, 1)},
				Description: "Logs in by an external token and an auth method, in place of secret_id.",
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"auth_method": schema.StringAttribute{Required: true, Description: "Name of the auth method."},
					"login_token": schema.StringAttribute{
						Required: true, Sensitive: true, Description: "Token that is exchanged for an ACL token of Nomad.",
					},
				}},
			},
			"headers": schema.ListNestedBlock{
				Description: "Headers of every request.",
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"name":  schema.StringAttribute{Required: true, Description: "The header's name."},
					"value": schema.StringAttribute{Required: true, Description: "The header's value."},
				}},
			},
		},
	}
}

func (p *nomadProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config config
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if config.Address.IsUnknown() || config.SecretID.IsUnknown() {
		// The plan of a run that makes its own cluster: resources do without Nomad until the apply.
		return
	}
	client, err := config.client(ctx)
	if err != nil {
		resp.Diagnostics.AddError("The Nomad provider can't be configured", err.Error())
		return
	}
	resp.ResourceData = client
	resp.DataSourceData = client
}

func (p *nomadProvider) Resources(context.Context) []func() resource.Resource {
	return append([]func() resource.Resource{job.NewResource}, resources.All()...)
}

func (p *nomadProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{job.NewDataSource, job.NewAllocations}
}
