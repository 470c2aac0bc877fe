package resources

import (
	"context"
	"fmt"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"shoal/terraform-provider-nomad/internal/nomad"
)

type aclPolicyModel struct {
	ID          types.String  `tfsdk:"id"`
	Name        types.String  `tfsdk:"name"`
	Description types.String  `tfsdk:"description"`
	RulesHCL    types.String  `tfsdk:"rules_hcl"`
	JobACL      []jobACLModel `tfsdk:"job_acl"`
}

type jobACLModel struct {
	Namespace types.String `tfsdk:"namespace"`
	JobID     types.String `tfsdk:"job_id"`
	Group     types.String `tfsdk:"group"`
	Task      types.String `tfsdk:"task"`
}

type aclPolicy struct{ base }

func newACLPolicy() resource.Resource {
	return &aclPolicy{base{name: "acl_policy", schema: schema.Schema{
		Description: "An ACL policy" + about,
		Attributes: map[string]schema.Attribute{
			"id":          idAttribute(),
			"name":        fixed("Unique name for this policy."),
			"description": optional("Description for this policy."),
			"rules_hcl":   required("HCL or JSON representation of the rules to enforce on this policy."),
		},
		Blocks: map[string]schema.Block{
			"job_acl": schema.ListNestedBlock{
				Description: "Workload identity that this should be applied to.",
				Validators:  []validator.List{nomad.Blocks(0, 1)},
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"namespace": defaulted(nomad.DefaultNamespace, "Namespace"),
					"job_id":    required("Job"),
					"group":     optional("Group"),
					"task":      optional("Task; needs group"),
				}},
			},
		},
	}}}
}

func (r *aclPolicy) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan aclPolicyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if r.write(ctx, &plan, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	}
}

func (r *aclPolicy) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan aclPolicyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if r.write(ctx, &plan, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	}
}

func (r *aclPolicy) write(ctx context.Context, m *aclPolicyModel, diags *diag.Diagnostics) bool {
	if diags.HasError() {
		return false
	}
	policy := &api.ACLPolicy{
		Name: m.Name.ValueString(), Description: m.Description.ValueString(), Rules: m.RulesHCL.ValueString(),
	}
	for _, acl := range m.JobACL {
		if acl.Task.ValueString() != "" && acl.Group.ValueString() == "" {
			diags.AddError("Wrong job_acl", fmt.Sprintf("task without group. Given: task %q. Do: set group as well.", acl.Task.ValueString()))
			return false
		}
		policy.JobACL = &api.JobACL{
			Namespace: acl.Namespace.ValueString(), JobID: acl.JobID.ValueString(),
			Group: acl.Group.ValueString(), Task: acl.Task.ValueString(),
		}
	}
	if _, err := r.client.ACLPolicies().Upsert(policy, (&api.WriteOptions{}).WithContext(ctx)); err != nil {
		diags.AddError(fmt.Sprintf("ACL policy %q can't be written", policy.Name), err.Error())
		return false
	}
	m.ID = m.Name
	return true
}

func (r *aclPolicy) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state aclPolicyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	found, _, err := r.client.ACLPolicies().Info(state.ID.ValueString(), (&api.QueryOptions{}).WithContext(ctx))
	if nomad.IsNotFound(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.AddError(fmt.Sprintf("ACL policy %q can't be read", state.ID.ValueString()), err.Error())
		return
	}
	had := jobACLModel{}
	if len(state.JobACL) == 1 {
		had = state.JobACL[0]
	}
	state.Name = types.StringValue(found.Name)
	state.Description = nomad.Text(state.Description, found.Description)
	state.RulesHCL = types.StringValue(found.Rules)
	state.JobACL = []jobACLModel{}
	if acl := found.JobACL; acl != nil {
		state.JobACL = append(state.JobACL, jobACLModel{
			Namespace: types.StringValue(acl.Namespace), JobID: types.StringValue(acl.JobID),
			Group: nomad.Text(had.Group, acl.Group), Task: nomad.Text(had.Task, acl.Task),
		})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

func (r *aclPolicy) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state aclPolicyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	_, err := r.client.ACLPolicies().Delete(state.ID.ValueString(), (&api.WriteOptions{}).WithContext(ctx))
	if err != nil && !nomad.IsNotFound(err) {
		resp.Diagnostics.AddError(fmt.Sprintf("ACL policy %q can't be deleted", state.ID.ValueString()), err.Error())
	}
}

// ImportState takes the policy's name.
func (r *aclPolicy) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importName(ctx, req, resp)
}
