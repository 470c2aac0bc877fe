package provider

import (
	"context"
	"slices"
	"sort"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
)

// The attributes and blocks of 2.5.2, as @cdktf/provider-nomad 10.0.3 was generated from them.
var expected = map[string][]string{
	"nomad_job": {
		"allocation_ids", "datacenters", "deployment_id", "deployment_status", "deregister_on_destroy",
		"deregister_on_id_change", "detach", "hcl2{}", "id", "jobspec", "json", "modify_index", "name", "namespace",
		"policy_override", "purge_on_destroy", "read_allocation_ids", "region", "rerun_if_dead", "status", "task_groups",
		"timeouts{}", "type",
	},
	"nomad_variable": {"id", "items", "namespace", "path"},
	"nomad_dynamic_host_volume": {
		"capability{}", "capacity", "capacity_bytes", "capacity_max", "capacity_max_bytes", "capacity_min",
		"capacity_min_bytes", "constraint{}", "host_path", "id", "name", "namespace", "node_id", "node_pool", "parameters",
		"plugin_id", "state",
	},
	"nomad_acl_policy": {"description", "id", "job_acl{}", "name", "rules_hcl"},
	"nomad_acl_role":   {"description", "id", "name", "policy{}"},
	"nomad_namespace":  {"capabilities{}", "description", "id", "meta", "name", "node_pool_config{}", "quota"},
	"nomad_node_pool":  {"description", "id", "meta", "name", "scheduler_config{}"},
}

func TestSchemaIsThatOf252(t *testing.T) {
	server, err := providerserver.NewProtocol5WithError(New())()
	if err != nil {
		t.Fatal(err)
	}
	got, err := server.GetProviderSchema(context.Background(), &tfprotov5.GetProviderSchemaRequest{})
	if err != nil || len(got.Diagnostics) > 0 {
		t.Fatal(err, got.Diagnostics)
	}
	if len(got.ResourceSchemas) != len(expected) {
		t.Errorf("%d resources, want %d", len(got.ResourceSchemas), len(expected))
	}
	for name, want := range expected {
		var names []string
		for _, attribute := range got.ResourceSchemas[name].Block.Attributes {
			names = append(names, attribute.Name)
		}
		for _, block := range got.ResourceSchemas[name].Block.BlockTypes {
			names = append(names, block.TypeName+"{}")
		}
		sort.Strings(names)
		if !slices.Equal(names, want) {
			t.Errorf("%s has %v, want %v", name, names, want)
		}
	}
}

func TestConfigFromTheEnvironment(t *testing.T) {
	t.Setenv("NOMAD_ADDR", "http://from-env:4646")
	ctx := context.Background()
	empty := func() *config { return &config{IgnoreEnvVars: types.MapNull(types.BoolType)} }
	client, err := empty().client(ctx)
	if err != nil || client.Address() != "http://from-env:4646" {
		t.Fatal(client, err)
	}
	given := empty()
	given.Address = types.StringValue("http://given:4646")
	if client, err = given.client(ctx); err != nil || client.Address() != "http://given:4646" {
		t.Fatal(client, err)
	}
	ignoring := empty()
	ignoring.IgnoreEnvVars, _ = types.MapValueFrom(ctx, types.BoolType, map[string]bool{"NOMAD_ADDR": true})
	if _, err = ignoring.client(ctx); err == nil {
		t.Fatal("an ignored variable must not be read")
	}
}
