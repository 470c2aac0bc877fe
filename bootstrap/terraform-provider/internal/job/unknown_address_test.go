package job

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A provider whose address is known only in the apply has no client in the plan.
func TestWithoutAClientTheStateStays(t *testing.T) {
	ctx := context.Background()
	shape := jobSchema(ctx)
	had := tfsdk.State{Schema: shape, Raw: tftypes.NewValue(shape.Type().TerraformType(ctx), nil)}
	resp := &resource.ReadResponse{State: had}
	(&jobResource{}).Read(ctx, resource.ReadRequest{State: had}, resp)
	if resp.Diagnostics.HasError() || !resp.State.Raw.Equal(had.Raw) {
		t.Error(resp.Diagnostics, resp.State.Raw)
	}
}

func TestWithoutAClientThereIsNoData(t *testing.T) {
	ctx := context.Background()
	var schema datasource.SchemaResponse
	source := &dataSource{}
	source.Schema(ctx, datasource.SchemaRequest{}, &schema)
	of := schema.Schema.Type().TerraformType(ctx).(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, attribute := range of.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
	}
	values["job_id"] = tftypes.NewValue(tftypes.String, "web")
	var resp datasource.ReadResponse
	source.Read(ctx, datasource.ReadRequest{Config: tfsdk.Config{Schema: schema.Schema, Raw: tftypes.NewValue(of, values)}}, &resp)
	if len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary() != `Job "web" can't be read yet` {
		t.Error(resp.Diagnostics)
	}
}
