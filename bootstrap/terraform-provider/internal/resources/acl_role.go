package resources

import (
	"context"
	"fmt"

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

type aclRole struct{ base }

func newACLRole() resource.Resource {
	return &aclRole{base{name: "acl_role", schema: schema.Schema{
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
	}}}
}

func (m *aclRoleModel) role() *api.ACLRole {
	role := &api.ACLRole{ID: m.ID.ValueString(), Name: m.Name.ValueString(), Description: m.Description.ValueString()}
	for _, policy := range m.Policy {
		role.Policies = append(role.Policies, &api.ACLRolePolicyLink{Name: policy.Name.ValueString()})
	}
	return role
}

func (r *aclRole) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan aclRoleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	created, _, err := r.client.ACLRoles().Create(plan.role(), (&api.WriteOptions{}).WithContext(ctx))
	if err != nil {
		fail(&resp.Diagnostics, "created", plan, err)
		return
	}
	plan.ID = types.StringValue(created.ID)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

func (r *aclRole) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan aclRoleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if _, _, err := r.client.ACLRoles().Update(plan.role(), (&api.WriteOptions{}).WithContext(ctx)); err != nil {
		fail(&resp.Diagnostics, "updated", plan, err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

func (r *aclRole) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state aclRoleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	found, _, err := r.client.ACLRoles().Get(state.ID.ValueString(), (&api.QueryOptions{}).WithContext(ctx))
	if nomad.IsNotFound(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		fail(&resp.Diagnostics, "read", state, err)
		return
	}
	state.Name = types.StringValue(found.Name)
	state.Description = nomad.Text(state.Description, found.Description)
	state.Policy = []rolePolicyRef{}
	for _, policy := range found.Policies {
		state.Policy = append(state.Policy, rolePolicyRef{Name: types.StringValue(policy.Name)})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

func (r *aclRole) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state aclRoleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	_, err := r.client.ACLRoles().Delete(state.ID.ValueString(), (&api.WriteOptions{}).WithContext(ctx))
	if err != nil && !nomad.IsNotFound(err) {
		fail(&resp.Diagnostics, "deleted", state, err)
	}
}

// ImportState takes the role's ID.
func (r *aclRole) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importID(ctx, req, resp)
}

func fail(diags *diag.Diagnostics, what string, m aclRoleModel, err error) {
	diags.AddError(fmt.Sprintf("ACL role %q can't be %s", m.Name.ValueString(), what), err.Error())
}
