package resources

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type thingModel struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
}

type thing struct{ name string }

// things is a Nomad that holds things by their IDs, and what it answers to the next requests if not what it should.
type things struct {
	held     map[string]thing
	failures []error
	asked    int
}

func (t *things) answer() error {
	t.asked++
	if len(t.failures) == 0 {
		return nil
	}
	failure := t.failures[0]
	t.failures = t.failures[1:]
	return failure
}

var errNotFound = errors.New("Unexpected response code: 404 (not found)")

func newThing(t *things) *object[thingModel, thing] {
	o := newObject(kind[thingModel, thing]{
		name: "thing",
		schema: schema.Schema{Attributes: map[string]schema.Attribute{
			"id": idAttribute(), "name": required("A name."),
		}},
		called: func(m *thingModel) string { return called("Thing", m.Name, m.ID) },
		wanted: func(m *thingModel, _ context.Context, diags *diag.Diagnostics) *thing {
			if m.Name.ValueString() == "wrong" {
				diags.AddError("Wrong thing", "Given: wrong.")
			}
			return &thing{m.Name.ValueString()}
		},
		write: func(_ context.Context, _ *api.Client, m *thingModel, wanted *thing) error {
			if err := t.answer(); err != nil {
				return err
			}
			m.ID = types.StringValue("id-of-" + wanted.name)
			t.held[m.ID.ValueString()] = *wanted
			return nil
		},
		read: func(_ context.Context, _ *api.Client, m *thingModel) (*thing, error) {
			found, ok := t.held[m.ID.ValueString()]
			if err := t.answer(); err != nil || ok {
				return &found, err
			}
			return nil, errNotFound
		},
		flatten: func(m *thingModel, found *thing) { m.Name = types.StringValue(found.name) },
		remove: func(_ context.Context, _ *api.Client, m *thingModel) error {
			if err := t.answer(); err != nil {
				return err
			}
			delete(t.held, m.ID.ValueString())
			return nil
		},
		inUse:    []string{"in use"},
		imported: importName,
	})
	o.client, o.freePause = &api.Client{}, time.Microsecond
	return o
}

// stateOf is a state that holds the model, empty where it is nil.
func stateOf(t *testing.T, o *object[thingModel, thing], m *thingModel) tfsdk.State {
	t.Helper()
	ctx := context.Background()
	state := tfsdk.State{Schema: o.schema, Raw: tftypes.NewValue(o.schema.Type().TerraformType(ctx), nil)}
	if m != nil {
		if diags := state.Set(ctx, m); diags.HasError() {
			t.Fatal(diags)
		}
	}
	return state
}

func create(t *testing.T, o *object[thingModel, thing], name string) *resource.CreateResponse {
	t.Helper()
	planned := stateOf(t, o, &thingModel{ID: types.StringUnknown(), Name: types.StringValue(name)})
	resp := &resource.CreateResponse{State: stateOf(t, o, nil)}
	o.Create(context.Background(), resource.CreateRequest{Plan: tfsdk.Plan(planned)}, resp)
	return resp
}

func idIn(t *testing.T, state tfsdk.State) string {
	t.Helper()
	if state.Raw.IsNull() {
		return ""
	}
	var m thingModel
	if diags := state.Get(context.Background(), &m); diags.HasError() {
		t.Fatal(diags)
	}
	return m.ID.ValueString()
}

// says tells whether there is one error, with this summary and this in its text.
func says(t *testing.T, diags diag.Diagnostics, summary, text string) {
	t.Helper()
	if len(diags) != 1 || diags[0].Summary() != summary || !strings.Contains(diags[0].Detail(), text) {
		t.Errorf("got %v, want %q with %q", diags, summary, text)
	}
}

func TestCreate(t *testing.T) {
	nomad := &things{held: map[string]thing{}}
	o := newThing(nomad)
	if resp := create(t, o, "a"); resp.Diagnostics.HasError() || idIn(t, resp.State) != "id-of-a" {
		t.Error(resp.Diagnostics, idIn(t, resp.State))
	}

	resp := create(t, o, "wrong")
	says(t, resp.Diagnostics, "Wrong thing", "Given: wrong.")
	if nomad.asked != 1 || !resp.State.Raw.IsNull() {
		t.Error("what is wrong must not be sent, nor come into the state")
	}

	nomad.failures = []error{errors.New("no leader")}
	resp = create(t, o, "b")
	says(t, resp.Diagnostics, `Thing "b" can't be created`, "no leader")
	if !resp.State.Raw.IsNull() {
		t.Error("what was not created must not come into the state")
	}
}

func TestCreateThatIsNotLikeAnUpdate(t *testing.T) {
	o := newThing(&things{held: map[string]thing{}})
	o.create = func(_ context.Context, _ *api.Client, m *thingModel, _ *thing) error {
		m.ID = types.StringValue("made")
		return nil
	}
	if id := idIn(t, create(t, o, "a").State); id != "made" {
		t.Error(id)
	}
}

func TestWhatDoesNotBecomeReadyIsInTheState(t *testing.T) {
	o := newThing(&things{held: map[string]thing{}})
	o.ready = func(context.Context, *api.Client, *thingModel) error { return errors.New("its node is gone") }
	resp := create(t, o, "a")
	says(t, resp.Diagnostics, `Thing "a" did not become ready`, "its node is gone")
	if id := idIn(t, resp.State); id != "id-of-a" {
		t.Error(id)
	}
}

func TestUpdate(t *testing.T) {
	nomad := &things{held: map[string]thing{}, failures: []error{nil, errors.New("no leader")}}
	o := newThing(nomad)
	update := func() *resource.UpdateResponse {
		planned := stateOf(t, o, &thingModel{ID: types.StringValue("id-of-a"), Name: types.StringValue("a")})
		resp := &resource.UpdateResponse{State: planned}
		o.Update(context.Background(), resource.UpdateRequest{Plan: tfsdk.Plan(planned)}, resp)
		return resp
	}
	if resp := update(); resp.Diagnostics.HasError() || len(nomad.held) != 1 {
		t.Error(resp.Diagnostics, nomad.held)
	}
	says(t, update().Diagnostics, `Thing "a" can't be updated`, "no leader")
}

func TestRead(t *testing.T) {
	nomad := &things{held: map[string]thing{"1": {"now"}}}
	o := newThing(nomad)
	read := func(id string) *resource.ReadResponse {
		had := stateOf(t, o, &thingModel{ID: types.StringValue(id)})
		resp := &resource.ReadResponse{State: had}
		o.Read(context.Background(), resource.ReadRequest{State: had}, resp)
		return resp
	}
	var m thingModel
	if diags := read("1").State.Get(context.Background(), &m); diags.HasError() || m.Name.ValueString() != "now" {
		t.Error(diags, m)
	}
	if resp := read("2"); resp.Diagnostics.HasError() || !resp.State.Raw.IsNull() {
		t.Error("what Nomad doesn't have must leave the state", resp.Diagnostics)
	}
	nomad.failures = []error{errors.New("no leader")}
	resp := read("1")
	says(t, resp.Diagnostics, "Thing 1 can't be read", "no leader")
	if resp.State.Raw.IsNull() {
		t.Error("what can't be read must stay in the state")
	}
	// The provider's address is known only in the apply.
	o.client, nomad.failures = nil, []error{errors.New("nobody there")}
	if resp := read("1"); resp.Diagnostics.HasError() || idIn(t, resp.State) != "1" {
		t.Error("without a client the state must stay as it is", resp.Diagnostics)
	}
}

func TestDelete(t *testing.T) {
	used, refused := errors.New("thing is in use"), errors.New("permission denied")
	for name, test := range map[string]struct {
		failures []error
		asked    int
		error    string
	}{
		"at once":             {nil, 1, ""},
		"gone already":        {[]error{errNotFound}, 1, ""},
		"when it is free":     {[]error{used, used}, 3, ""},
		"not what is refused": {[]error{refused}, 1, "permission denied"},
	} {
		nomad := &things{held: map[string]thing{"1": {"a"}}, failures: test.failures}
		diags := remove(t, newThing(nomad), context.Background())
		if nomad.asked != test.asked {
			t.Errorf("%s: %d requests, want %d", name, nomad.asked, test.asked)
		}
		if test.error == "" && diags.HasError() {
			t.Errorf("%s: %v", name, diags)
		}
		if test.error != "" {
			says(t, diags, `Thing "a" can't be deleted`, test.error)
		}
	}
}

func TestDeleteOfWhatStaysInUse(t *testing.T) {
	used := errors.New("thing is in use")
	late := newThing(&things{failures: []error{used, used}})
	late.freeWithin = -1
	says(t, remove(t, late, context.Background()), `Thing "a" can't be deleted`, "in use")

	interrupted, cancel := context.WithCancel(context.Background())
	cancel()
	patient := newThing(&things{failures: []error{used, used}})
	patient.freePause = time.Hour
	says(t, remove(t, patient, interrupted), "Interrupted", `Thing "a" is still there.`)
}

func remove(t *testing.T, o *object[thingModel, thing], ctx context.Context) diag.Diagnostics {
	t.Helper()
	had := stateOf(t, o, &thingModel{ID: types.StringValue("1"), Name: types.StringValue("a")})
	resp := &resource.DeleteResponse{State: had}
	o.Delete(ctx, resource.DeleteRequest{State: had}, resp)
	return resp.Diagnostics
}

func TestImport(t *testing.T) {
	o := newThing(&things{})
	imported := func() *resource.ImportStateResponse {
		resp := &resource.ImportStateResponse{State: stateOf(t, o, nil)}
		o.ImportState(context.Background(), resource.ImportStateRequest{ID: "a"}, resp)
		return resp
	}
	var m thingModel
	if diags := imported().State.Get(context.Background(), &m); diags.HasError() || m.ID.ValueString() != "a" || m.Name.ValueString() != "a" {
		t.Error(diags, m)
	}
	o.imported = importVariable
	if resp := imported(); !resp.Diagnostics.HasError() {
		t.Error("a thing has no path")
	}
	o.imported = func(string) (map[string]string, error) { return nil, errors.New("Given: a") }
	says(t, imported().Diagnostics, "Wrong import ID", "Given: a")
}

func TestImportIDs(t *testing.T) {
	for id, want := range map[string]map[string]string{
		"a/b@team": {"id": "a/b@team", "path": "a/b", "namespace": "team"},
		"a/b":      {"id": "a/b@default", "path": "a/b", "namespace": "default"},
	} {
		got, err := importVariable(id)
		if err != nil || len(got) != len(want) || got["id"] != want["id"] || got["path"] != want["path"] || got["namespace"] != want["namespace"] {
			t.Errorf("%s: %v %v", id, got, err)
		}
	}
	if got, err := importVolume("1@team"); err != nil || got["id"] != "1" || got["namespace"] != "team" {
		t.Error(got, err)
	}
	for _, wrong := range []string{"", "@team", "a@"} {
		if _, err := importVolume(wrong); err == nil {
			t.Errorf("%q must be refused", wrong)
		}
	}
}
