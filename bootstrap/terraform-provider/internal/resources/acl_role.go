package resources

import (
	"context"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"shoal/terraform-provider-nomad/internal/nomad"
)

type aclRoleModel struct {
	ID          types.String    `tfsdk:"id"`
	Name        types.String    `tfsdk:"name"`
	Description types.String    `tfsdk:"description"`
	Policy      []rolePolicyRef `tfsdk:"policy"`
}

type rolePolicyRef struct {
	Name types.String `tfsdk:"name"`
}

func newACLRole() resource.Resource {
	return newObject(kind[aclRoleModel, api.ACLRole]{
		name:   "acl_role",
		schema: aclRoleSchema(),
		called: func(m *aclRoleModel) string { return called("ACL role", m.Name, m.ID) },
		wanted: (*aclRoleModel).wanted,
		create: func(ctx context.Context, client *api.Client, m *aclRoleModel, wanted *api.ACLRole) error {
			created, _, err := client.ACLRoles().Create(wanted, writing(ctx, ""))
			if err == nil {
				m.ID = types.StringValue(created.ID)
			}
			return err
		},
		write: func(ctx context.Context, client *api.Client, _ *aclRoleModel, wanted *api.ACLRole) error {
			_, _, err := client.ACLRoles().Update(wanted, writing(ctx, ""))
			return err
		},
		read: func(ctx context.Context, client *api.Client, m *aclRoleModel) (*api.ACLRole, error) {
			found, _, err := client.ACLRoles().Get(m.ID.ValueString(), reading(ctx, ""))
			return found, err
		},
		flatten: (*aclRoleModel).flatten,
		remove: func(ctx context.Context, client *api.Client, m *aclRoleModel) error {
			_, err := client.ACLRoles().Delete(m.ID.ValueString(), writing(ctx, ""))
			return err
		},
		imported: importID,
	})
}

func aclRoleSchema() schema.Schema {
	return schema.Schema{
		Description: "An ACL role" + about,
		Attributes: map[string]schema.Attribute{
			"id":          idAttribute(),
			"name":        required("Unique name for this ACL role."),
			"description": optional("Description for this ACL role."),
		},
		Blocks: map[string]schema.Block{
			"policy": schema.SetNestedBlock{
				Description: "The policies that should be applied to the role. It may be used multiple times.",
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"name": required("The name of the ACL policy to link."),
				}},
			},
		},
	}
}

func (m *aclRoleModel) wanted(context.Context, *diag.Diagnostics) *api.ACLRole {
	role := &api.ACLRole{ID: m.ID.ValueString(), Name: m.Name.ValueString(), Description: m.Description.ValueString()}
	for _, policy := range m.Policy {
		role.Policies = append(role.Policies, &api.ACLRolePolicyLink{Name: policy.Name.ValueString()})
	}
	return role
}

func (m *aclRoleModel) flatten(found *api.ACLRole) {
	m.Name = types.StringValue(found.Name)
	m.Description = nomad.Text(m.Description, found.Description)
	m.Policy = []rolePolicyRef{}
	for _, policy := range found.Policies {
		m.Policy = append(m.Policy, rolePolicyRef{Name: types.StringValue(policy.Name)})
	}
}
