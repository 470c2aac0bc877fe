package resources

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"shoal/terraform-provider-nomad/internal/nomad"
)

// kind is what a resource has of its own; M is its model in Terraform, A the object of Nomad's API.
type kind[M, A any] struct {
	// name is the resource's type, without the provider's name.
	name   string
	schema schema.Schema
	// called names an object in messages, as `Namespace "team"`.
	called func(*M) string
	// wanted is what Nomad is asked for. What is wrong with the model is an error in diags, and nothing is sent.
	wanted func(*M, context.Context, *diag.Diagnostics) *A
	// write creates or changes the object and completes the model, its ID at least.
	write func(context.Context, *api.Client, *M, *A) error
	// create is write for a new object. Default: write.
	create func(context.Context, *api.Client, *M, *A) error
	// ready waits until a written object can be used. Default: it can be at once.
	ready func(context.Context, *api.Client, *M) error
	read  func(context.Context, *api.Client, *M) (*A, error)
	// flatten takes over what Nomad says of the object.
	flatten func(*M, *A)
	remove  func(context.Context, *api.Client, *M) error
	// inUse are the texts by which Nomad refuses to remove what something still uses: that is tried again for a while.
	inUse []string
	// imported are the attributes that an import's ID stands for; the rest is read.
	imported func(id string) (map[string]string, error)
}

const (
	// freeWithin is how long a deletion waits for what still uses the object (50 s in 2.5.2), freePause the time between two tries.
	freeWithin = time.Minute
	freePause  = 2 * time.Second
)

var (
	_ resource.ResourceWithConfigure   = (*object[any, any])(nil)
	_ resource.ResourceWithImportState = (*object[any, any])(nil)
)

// object is the resource of any kind: what is the same for all of them.
type object[M, A any] struct {
	kind[M, A]
	client                *api.Client
	freeWithin, freePause time.Duration
}

func newObject[M, A any](of kind[M, A]) *object[M, A] {
	return &object[M, A]{kind: of, freeWithin: freeWithin, freePause: freePause}
}

func (o *object[M, A]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + o.name
}

func (o *object[M, A]) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = o.schema
}

func (o *object[M, A]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	o.client = nomad.FromProviderData(req.ProviderData, &resp.Diagnostics)
}

func (o *object[M, A]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	send := o.create
	if send == nil {
		send = o.write
	}
	o.put(ctx, "created", send, req.Plan, &resp.State, &resp.Diagnostics)
}

func (o *object[M, A]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	o.put(ctx, "updated", o.write, req.Plan, &resp.State, &resp.Diagnostics)
}

func (o *object[M, A]) put(
	ctx context.Context, done string, send func(context.Context, *api.Client, *M, *A) error,
	plan tfsdk.Plan, state *tfsdk.State, diags *diag.Diagnostics,
) {
	var m M
	if diags.Append(plan.Get(ctx, &m)...); diags.HasError() {
		return
	}
	wanted := o.wanted(&m, ctx, diags)
	if diags.HasError() {
		return
	}
	if err := send(ctx, o.client, &m, wanted); err != nil {
		diags.AddError(fmt.Sprintf("%s can't be %s", o.called(&m), done), err.Error())
		return
	}
	if o.ready != nil {
		if err := o.ready(ctx, o.client, &m); err != nil {
			diags.AddError(o.called(&m)+" did not become ready", err.Error())
		}
	}
	// Also when the wait failed or the run was interrupted: the object exists, and the state must know it.
	diags.Append(state.Set(context.WithoutCancel(ctx), &m)...)
}

func (o *object[M, A]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if o.client == nil {
		// A plan in which the provider's address is not known yet: the state stays as it is.
		return
	}
	var m M
	if resp.Diagnostics.Append(req.State.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	found, err := o.read(ctx, o.client, &m)
	switch {
	case nomad.IsNotFound(err):
		resp.State.RemoveResource(ctx)
	case err != nil:
		resp.Diagnostics.AddError(o.called(&m)+" can't be read", err.Error())
	default:
		o.flatten(&m, found)
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (o *object[M, A]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m M
	if resp.Diagnostics.Append(req.State.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	deadline := time.Now().Add(o.freeWithin)
	for {
		err := o.remove(ctx, o.client, &m)
		if err == nil || nomad.IsNotFound(err) {
			return
		}
		used := slices.ContainsFunc(o.inUse, func(text string) bool { return strings.Contains(err.Error(), text) })
		if !used || time.Now().After(deadline) {
			resp.Diagnostics.AddError(o.called(&m)+" can't be deleted", err.Error())
			return
		}
		select {
		case <-ctx.Done():
			resp.Diagnostics.AddError("Interrupted", o.called(&m)+" is still there.")
			return
		case <-time.After(o.freePause):
		}
	}
}

func (o *object[M, A]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	attributes, err := o.imported(req.ID)
	if err != nil {
		resp.Diagnostics.AddError("Wrong import ID", err.Error())
	}
	for name, value := range attributes {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
}

// importName is the import of an object whose ID is its name.
func importName(id string) (map[string]string, error) {
	return map[string]string{"id": id, "name": id}, nil
}

// importID is the import of an object whose ID Nomad made.
func importID(id string) (map[string]string, error) { return map[string]string{"id": id}, nil }

// called is an object's name with what it is, or its ID while an import knows no more.
func called(what string, name, id types.String) string {
	if name.ValueString() == "" {
		return what + " " + id.ValueString()
	}
	return fmt.Sprintf("%s %q", what, name.ValueString())
}

// writing are the options of a request that writes; the namespace is "" where the object is in none.
func writing(ctx context.Context, namespace string) *api.WriteOptions {
	return (&api.WriteOptions{Namespace: namespace}).WithContext(ctx)
}

// reading are the options of a request that reads; the namespace is "" where the object is in none.
func reading(ctx context.Context, namespace string) *api.QueryOptions {
	return (&api.QueryOptions{Namespace: namespace}).WithContext(ctx)
}
