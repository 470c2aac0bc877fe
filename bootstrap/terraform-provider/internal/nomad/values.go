package nomad

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Text is what Nomad answered as an attribute. Nomad knows no difference between an empty text and none; Terraform
// does, and wants back what was written.
func Text(had types.String, got string) types.String {
	if got == "" && (had.IsNull() || had.IsUnknown()) {
		return types.StringNull()
	}
	return types.StringValue(got)
}

// TextMap is Text for a map of strings.
func TextMap(had types.Map, got map[string]string) types.Map {
	if len(got) == 0 && (had.IsNull() || had.IsUnknown()) {
		return types.MapNull(types.StringType)
	}
	return StringMap(got)
}

// StringMap is a map of strings as an attribute, empty where there is none.
func StringMap(got map[string]string) types.Map {
	elements := make(map[string]attr.Value, len(got))
	for name, v := range got {
		elements[name] = types.StringValue(v)
	}
	return types.MapValueMust(types.StringType, elements)
}

// Strings reads a map attribute; nil where it is null.
func Strings(ctx context.Context, from types.Map, diags *diag.Diagnostics) map[string]string {
	if from.IsNull() || from.IsUnknown() {
		return nil
	}
	values := map[string]string{}
	diags.Append(from.ElementsAs(ctx, &values, false)...)
	return values
}

// Blocks is a validator of how often a block may be written.
func Blocks(atLeast, atMost int) validator.List { return blocks{atLeast, atMost} }

type blocks struct{ atLeast, atMost int }

func (b blocks) Description(context.Context) string {
	return fmt.Sprintf("between %d and %d blocks", b.atLeast, b.atMost)
}

func (b blocks) MarkdownDescription(ctx context.Context) string { return b.Description(ctx) }

func (b blocks) ValidateList(ctx context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	count := len(req.ConfigValue.Elements())
	if req.ConfigValue.IsUnknown() || count >= b.atLeast && count <= b.atMost {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Wrong number of blocks",
		fmt.Sprintf("Given: %d. Allowed: %s. Do: add or merge blocks.", count, b.Description(ctx)))
}
