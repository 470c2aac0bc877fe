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

func newACLPolicy() resource.Resource {
	return newObject(kind[aclPolicyModel, api.ACLPolicy]{
		name:   "acl_policy",
		schema: aclPolicySchema(),
		called: func(m *aclPolicyModel) string { return called("ACL policy", m.Name, m.ID) },
		wanted: (*aclPolicyModel).wanted,
		write: func(ctx context.Context, client *api.Client, m *aclPolicyModel, wanted *api.ACLPolicy) error {
			m.ID = m.Name
			_, err := client.ACLPolicies().Upsert(wanted, writing(ctx, ""))
			return err
		},
		read: func(ctx context.Context, client *api.Client, m *aclPolicyModel) (*api.ACLPolicy, error) {
			found, _, err := client.ACLPolicies().Info(m.ID.ValueString(), reading(ctx, ""))
			return found, err
		},
		flatten: (*aclPolicyModel).flatten,
		remove: func(ctx context.Context, client *api.Client, m *aclPolicyModel) error {
			_, err := client.ACLPolicies().Delete(m.ID.ValueString(), writing(ctx, ""))
			return err
		},
		imported: importName,
	})
}

func aclPolicySchema() schema.Schema {
	return schema.Schema{
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
	}
}

func (m *aclPolicyModel) wanted(_ context.Context, diags *diag.Diagnostics) *api.ACLPolicy {
	policy := &api.ACLPolicy{
		Name: m.Name.ValueString(), Description: m.Description.ValueString(), Rules: m.RulesHCL.ValueString(),
	}
	for _, acl := range m.JobACL {
		if acl.Task.ValueString() != "" && acl.Group.ValueString() == "" {
			diags.AddError("Wrong job_acl", fmt.Sprintf("task without group. Given: task %q. Do: set group as well.", acl.Task.ValueString()))
		}
		policy.JobACL = &api.JobACL{
			Namespace: acl.Namespace.ValueString(), JobID: acl.JobID.ValueString(),
			Group: acl.Group.ValueString(), Task: acl.Task.ValueString(),
		}
	}
	return policy
}

func (m *aclPolicyModel) flatten(found *api.ACLPolicy) {
	had := jobACLModel{}
	if len(m.JobACL) == 1 {
		had = m.JobACL[0]
	}
	m.Name = types.StringValue(found.Name)
	m.Description = nomad.Text(m.Description, found.Description)
	m.RulesHCL = types.StringValue(found.Rules)
	m.JobACL = []jobACLModel{}
	if acl := found.JobACL; acl != nil {
		m.JobACL = append(m.JobACL, jobACLModel{
			Namespace: types.StringValue(acl.Namespace), JobID: types.StringValue(acl.JobID),
			Group: nomad.Text(had.Group, acl.Group), Task: nomad.Text(had.Task, acl.Task),
		})
	}
}
