package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// config is the provider block as it was written.
type config struct {
	Address       types.String   `tfsdk:"address"`
	Region        types.String   `tfsdk:"region"`
	HTTPAuth      types.String   `tfsdk:"http_auth"`
	CAFile        types.String   `tfsdk:"ca_file"`
	CAPem         types.String   `tfsdk:"ca_pem"`
	CertFile      types.String   `tfsdk:"cert_file"`
	CertPem       types.String   `tfsdk:"cert_pem"`
	KeyFile       types.String   `tfsdk:"key_file"`
	KeyPem        types.String   `tfsdk:"key_pem"`
	SecretID      types.String   `tfsdk:"secret_id"`
	SkipVerify    types.Bool     `tfsdk:"skip_verify"`
	IgnoreEnvVars types.Map      `tfsdk:"ignore_env_vars"`
	AuthJWT       []authJWT      `tfsdk:"auth_jwt"`
	Headers       []headerConfig `tfsdk:"headers"`
}

type authJWT struct {
	Method types.String `tfsdk:"auth_method"`
	Token  types.String `tfsdk:"login_token"`
}

type headerConfig struct {
	Name  types.String `tfsdk:"name"`
	Value types.String `tfsdk:"value"`
}

// client makes the API client. What the block doesn't say comes from the environment, but for what ignore_env_vars
// names.
func (c *config) client(ctx context.Context) (*api.Client, error) {
	ignored, err := c.ignored(ctx)
	if err != nil {
		return nil, err
	}
	value := func(attribute types.String, variable string) string {
		if v := attribute.ValueString(); v != "" {
			return v
		}
		if variable == "" || ignored[variable] {
			return ""
		}
		return os.Getenv(variable)
	}
	// api.DefaultConfig reads the environment by itself, so that ignore_env_vars would be of no use: start from nothing.
	cfg := &api.Config{
		Address:  value(c.Address, "NOMAD_ADDR"),
		Region:   value(c.Region, "NOMAD_REGION"),
		SecretID: value(c.SecretID, "NOMAD_TOKEN"),
		Headers:  http.Header{},
		TLSConfig: &api.TLSConfig{
			CACert:        value(c.CAFile, "NOMAD_CACERT"),
			CACertPEM:     []byte(c.CAPem.ValueString()),
			ClientCert:    value(c.CertFile, "NOMAD_CLIENT_CERT"),
			ClientCertPEM: []byte(c.CertPem.ValueString()),
			ClientKey:     value(c.KeyFile, "NOMAD_CLIENT_KEY"),
			ClientKeyPEM:  []byte(c.KeyPem.ValueString()),
			CAPath:        value(types.StringNull(), "NOMAD_CAPATH"),
			TLSServerName: value(types.StringNull(), "NOMAD_TLS_SERVER_NAME"),
			Insecure:      c.SkipVerify.ValueBool(),
		},
	}
	if cfg.Address == "" {
		return nil, errors.New("no address of Nomad. Given: neither the provider's `address` nor NOMAD_ADDR. " +
			"Allowed: a URL such as http://127.0.0.1:4646. Do: set one of them")
	}
	if c.SkipVerify.IsNull() && !ignored["NOMAD_SKIP_VERIFY"] {
		cfg.TLSConfig.Insecure, _ = strconv.ParseBool(os.Getenv("NOMAD_SKIP_VERIFY"))
	}
	if auth := value(c.HTTPAuth, "NOMAD_HTTP_AUTH"); auth != "" {
		user, password, _ := strings.Cut(auth, ":")
		cfg.HttpAuth = &api.HttpBasicAuth{Username: user, Password: password}
	}
	for _, header := range c.Headers {
		cfg.Headers.Add(header.Name.ValueString(), header.Value.ValueString())
	}
	client, err := api.NewClient(cfg)
	if err != nil {
		return nil, fmt.Errorf("the client of %s can't be made: %w", cfg.Address, err)
	}
	return client, c.login(client)
}

func (c *config) login(client *api.Client) error {
	if len(c.AuthJWT) == 0 {
		return nil
	}
	if len(c.AuthJWT) > 1 || !c.SecretID.IsNull() {
		return errors.New("more than one way to log in. Allowed: one `auth_jwt` block, or `secret_id`. Do: remove one")
	}
	method := c.AuthJWT[0].Method.ValueString()
	token, _, err := client.ACLAuth().Login(&api.ACLLoginRequest{
		AuthMethodName: method,
		LoginToken:     c.AuthJWT[0].Token.ValueString(),
	}, nil)
	if err != nil {
		return fmt.Errorf("login by auth method %q failed: %w", method, err)
	}
	client.SetSecretID(token.SecretID)
	return nil
}

func (c *config) ignored(ctx context.Context) (map[string]bool, error) {
	// Terraform Cloud runs inside Nomad: what Nomad sets there is about the run, not about the target.
	ignored := map[string]bool{}
	if os.Getenv("TFC_RUN_ID") != "" {
		ignored["NOMAD_REGION"] = true
	}
	given := map[string]bool{}
	if diags := c.IgnoreEnvVars.ElementsAs(ctx, &given, true); diags.HasError() {
		return nil, fmt.Errorf("ignore_env_vars: %s", diags[0].Detail())
	}
	for name, ignore := range given {
		ignored[name] = ignore
	}
	return ignored, nil
}
