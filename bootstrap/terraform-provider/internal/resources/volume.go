package resources

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"shoal/terraform-provider-nomad/internal/nomad"
)

const (
	// volumeTimeout is how long a client may take to make a volume.
	volumeTimeout = 5 * time.Minute
	// volumeInUse is how long a deletion waits for the allocations that still stop after their job was destroyed.
	volumeInUse = time.Minute
	// volumePause is the time between two tries to delete.
	volumePause = 2 * time.Second
)

func (r *volume) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan volumeModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() || !r.write(ctx, &plan, &resp.Diagnostics) {
		return
	}
	// Also when the wait for it failed: the volume exists, and the state must know it.
	resp.Diagnostics.Append(resp.State.Set(context.WithoutCancel(ctx), &plan)...)
}

func (r *volume) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state volumeModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.ID = state.ID
	if r.write(ctx, &plan, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(context.WithoutCancel(ctx), &plan)...)
	}
}

// write creates the volume, or changes the one that the model's ID names, and waits until its client has made it.
func (r *volume) write(ctx context.Context, m *volumeModel, diags *diag.Diagnostics) bool {
	wanted, err := m.volume(ctx, diags)
	if err != nil {
		diags.AddError(fmt.Sprintf("Wrong volume %q", m.Name.ValueString()), err.Error())
	}
	if diags.HasError() {
		return false
	}
	options := (&api.WriteOptions{Namespace: wanted.Namespace}).WithContext(ctx)
	answer, _, err := r.client.HostVolumes().Create(&api.HostVolumeCreateRequest{Volume: wanted}, options)
	if err != nil {
		diags.AddError(fmt.Sprintf("Volume %q can't be written", wanted.Name), err.Error())
		return false
	}
	m.flatten(answer.Volume)
	ready, err := r.waitReady(ctx, m)
	if err != nil {
		diags.AddError(fmt.Sprintf("Volume %q did not become ready", wanted.Name), err.Error())
		return true
	}
	m.flatten(ready)
	return true
}

func (r *volume) waitReady(parent context.Context, m *volumeModel) (*api.HostVolume, error) {
	ctx, cancel := context.WithTimeout(parent, volumeTimeout)
	defer cancel()
	query := &api.QueryOptions{Namespace: m.Namespace.ValueString(), WaitTime: 10 * time.Second}
	for {
		found, meta, err := r.client.HostVolumes().Get(m.ID.ValueString(), query.WithContext(ctx))
		switch {
		case err != nil:
			return nil, fmt.Errorf("waiting for volume %s on node %s: %w", m.ID.ValueString(), m.NodeID.ValueString(), err)
		case found.State == api.HostVolumeStateReady:
			return found, nil
		case found.State == api.HostVolumeStateUnavailable:
			return nil, fmt.Errorf("volume %s is unavailable: its node %s is gone. Do: see `nomad node status`", found.ID, found.NodeID)
		}
		query.WaitIndex = meta.LastIndex
	}
}

func (r *volume) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state volumeModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	query := &api.QueryOptions{Namespace: state.Namespace.ValueString()}
	found, _, err := r.client.HostVolumes().Get(state.ID.ValueString(), query.WithContext(ctx))
	if nomad.IsNotFound(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.AddError(fmt.Sprintf("Volume %s can't be read", state.ID.ValueString()), err.Error())
		return
	}
	state.flatten(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

func (r *volume) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state volumeModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	options := (&api.WriteOptions{Namespace: state.Namespace.ValueString()}).WithContext(ctx)
	deadline := time.Now().Add(volumeInUse)
	for {
		_, _, err := r.client.HostVolumes().Delete(&api.HostVolumeDeleteRequest{ID: state.ID.ValueString()}, options)
		if err == nil || nomad.IsNotFound(err) {
			return
		}
		if !strings.Contains(err.Error(), "in use") || time.Now().After(deadline) {
			resp.Diagnostics.AddError(fmt.Sprintf("Volume %q can't be deleted", state.Name.ValueString()), err.Error())
			return
		}
		select {
		case <-ctx.Done():
			resp.Diagnostics.AddError("Interrupted", fmt.Sprintf("Volume %q is still there.", state.Name.ValueString()))
			return
		case <-time.After(volumePause):
		}
	}
}

// ImportState takes `<id>@<namespace>`, or an ID in the default namespace.
func (r *volume) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, namespace, err := nomad.SplitID(req.ID, true)
	if err != nil {
		resp.Diagnostics.AddError("Wrong import ID", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("namespace"), namespace)...)
}

// volume is what the API wants.
func (m *volumeModel) volume(ctx context.Context, diags *diag.Diagnostics) (*api.HostVolume, error) {
	wanted := &api.HostVolume{
		ID: m.ID.ValueString(), Name: m.Name.ValueString(), Namespace: m.Namespace.ValueString(),
		PluginID: m.PluginID.ValueString(), NodeID: m.NodeID.ValueString(), NodePool: m.NodePool.ValueString(),
		Parameters: nomad.Strings(ctx, m.Parameters, diags),
	}
	var err error
	if wanted.RequestedCapacityMinBytes, err = bytes("capacity_min", m.CapacityMin); err != nil {
		return nil, err
	}
	if wanted.RequestedCapacityMaxBytes, err = bytes("capacity_max", m.CapacityMax); err != nil {
		return nil, err
	}
	for _, capability := range m.Capability {
		wanted.RequestedCapabilities = append(wanted.RequestedCapabilities, &api.HostVolumeCapability{
			AccessMode:     api.HostVolumeAccessMode(capability.AccessMode.ValueString()),
			AttachmentMode: api.HostVolumeAttachmentMode(capability.AttachmentMode.ValueString()),
		})
	}
	for _, constraint := range m.Constraint {
		wanted.Constraints = append(wanted.Constraints, &api.Constraint{
			LTarget: constraint.Attribute.ValueString(), RTarget: constraint.Value.ValueString(),
			Operand: constraint.Operator.ValueString(),
		})
	}
	return wanted, nil
}

// flatten takes over what Nomad says of the volume.
func (m *volumeModel) flatten(found *api.HostVolume) {
	m.ID, m.Name, m.Namespace = types.StringValue(found.ID), types.StringValue(found.Name), types.StringValue(found.Namespace)
	m.PluginID, m.NodeID, m.NodePool = types.StringValue(found.PluginID), types.StringValue(found.NodeID), types.StringValue(found.NodePool)
	m.HostPath, m.State = types.StringValue(found.HostPath), types.StringValue(string(found.State))
	m.Capacity = types.StringValue(humanize.IBytes(uint64(found.CapacityBytes)))
	m.CapacityBytes = types.Int64Value(found.CapacityBytes)
	m.CapacityMinBytes = types.Int64Value(found.RequestedCapacityMinBytes)
	m.CapacityMaxBytes = types.Int64Value(found.RequestedCapacityMaxBytes)
	m.CapacityMin = size(m.CapacityMin, found.RequestedCapacityMinBytes)
	m.CapacityMax = size(m.CapacityMax, found.RequestedCapacityMaxBytes)
	m.Parameters = nomad.TextMap(m.Parameters, found.Parameters)
	m.Capability = []volumeCapability{}
	for _, capability := range found.RequestedCapabilities {
		m.Capability = append(m.Capability, volumeCapability{
			AccessMode:     types.StringValue(string(capability.AccessMode)),
			AttachmentMode: types.StringValue(string(capability.AttachmentMode)),
		})
	}
	had := m.Constraint
	m.Constraint = []volumeConstraint{}
	for i, constraint := range found.Constraints {
		text := types.StringNull()
		if i < len(had) {
			text = had[i].Value
		}
		m.Constraint = append(m.Constraint, volumeConstraint{
			Attribute: types.StringValue(constraint.LTarget), Value: nomad.Text(text, constraint.RTarget),
			Operator: types.StringValue(constraint.Operand),
		})
	}
}

// bytes reads a size as `10 GiB` or `500MB`; 0 where there is none.
func bytes(name string, text types.String) (int64, error) {
	if text.ValueString() == "" {
		return 0, nil
	}
	parsed, err := humanize.ParseBytes(text.ValueString())
	if err != nil {
		return 0, fmt.Errorf("%s is no size. Given: %q. Allowed: a number with a unit, as 10 GiB. Do: write it so", name, text.ValueString())
	}
	return int64(parsed), nil
}

// size keeps the way a size was written as long as it is the same size.
func size(had types.String, got int64) types.String {
	if parsed, err := bytes("", had); err == nil && parsed == got {
		return had
	}
	return types.StringValue(humanize.IBytes(uint64(got)))
}
