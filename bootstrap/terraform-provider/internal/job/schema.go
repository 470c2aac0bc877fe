package job

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"shoal/terraform-provider-nomad/internal/nomad"
)

// The attributes are those of 2.5.2 and no more: an attribute of our own would make a state that the real provider
// refuses to read.
func jobSchema(ctx context.Context) schema.Schema {
	computed := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, Description: description}
	}
	optional := func(description string) schema.BoolAttribute {
		return schema.BoolAttribute{Optional: true, Description: description}
	}
	flag := func(def bool, description string) schema.BoolAttribute {
		return schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(def), Description: description,
		}
	}
	return schema.Schema{
		Description: "A Nomad job (by Shoal's stand-in for hashicorp/nomad).",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{Optional: true, Computed: true, Description: "The job's ID."},
			"jobspec": schema.StringAttribute{
				Required:    true,
				Description: "Job specification. If you want to point to a file use the file() function.",
			},
			"json":            optional("If true, the `jobspec` will be parsed as json instead of HCL."),
			"policy_override": optional("Override any soft-mandatory Sentinel policies that fail."),
			"deregister_on_destroy": flag(true,
				"If true, the job will be deregistered on destroy."),
			"deregister_on_id_change": flag(true,
				"If true, the job will be deregistered when the job ID changes."),
			"detach": flag(true,
				"If true, the provider will return immediately after creating or updating, instead of monitoring."),
			"purge_on_destroy": optional("Whether to purge the job when the resource is destroyed."),
			"rerun_if_dead": flag(false,
				"If true, forces the job to run again on apply if it is currently dead"),
			"read_allocation_ids": flag(false,
				"If true, allocation_ids is read; off by default because it grows with the job."),
			"name":          computed("The name of the job, as derived from the jobspec."),
			"namespace":     computed("The namespace of the job, as derived from the jobspec."),
			"type":          computed("The type of the job, as derived from the jobspec."),
			"region":        computed("The target region for the job, as derived from the jobspec."),
			"status":        computed("The status of the job."),
			"modify_index":  computed("Integer that increments for each change of the job."),
			"deployment_id": computed("If detach = false, the ID of the deployment of the last create or update, if there was one."),
			"deployment_status": computed(
				"If detach = false, the status of the deployment of the last create or update, if there was one."),
			"datacenters": schema.SetAttribute{
				Computed: true, ElementType: types.StringType,
				Description: "The target datacenters for the job, as derived from the jobspec.",
			},
			"allocation_ids": schema.ListAttribute{
				Computed: true, ElementType: types.StringType,
				Description:        "The IDs for allocations associated with this job.",
				DeprecationMessage: "Retrieving allocation IDs from the job resource is deprecated. Use the nomad_allocations data source instead.",
			},
			"task_groups": schema.ListAttribute{
				Computed: true, ElementType: taskGroupType, Description: "The job's groups as Nomad has them.",
			},
		},
		Blocks: map[string]schema.Block{
			"hcl2": schema.ListNestedBlock{
				Validators:  []validator.List{nomad.Blocks(0, 1)},
				Description: "Configuration for the HCL2 jobspec parser.",
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"allow_fs": flag(false,
						"If true, HCL2 file system functions will be enabled when parsing the `jobspec`."),
					"vars": schema.MapAttribute{
						Optional: true, ElementType: types.StringType,
						Description: "Additional variables to use when templating the job with HCL2",
					},
				}},
			},
			"timeouts": timeouts.Block(ctx, timeouts.Opts{Create: true, Update: true}),
		},
	}
}

var (
	mapType         = types.MapType{ElemType: types.StringType}
	volumeMountType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"volume": types.StringType, "destination": types.StringType, "read_only": types.BoolType,
	}}
	taskType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"name": types.StringType, "driver": types.StringType, "meta": mapType,
		"volume_mounts": types.ListType{ElemType: volumeMountType},
	}}
	volumeType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"name": types.StringType, "type": types.StringType, "read_only": types.BoolType, "source": types.StringType,
	}}
	taskGroupType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"name": types.StringType, "count": types.Int64Type, "meta": mapType,
		"task": types.ListType{ElemType: taskType}, "volumes": types.ListType{ElemType: volumeType},
	}}
	hcl2Type = types.ObjectType{AttrTypes: map[string]attr.Type{"allow_fs": types.BoolType, "vars": mapType}}
)
