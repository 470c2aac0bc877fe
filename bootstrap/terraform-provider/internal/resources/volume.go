package resources

import (
	"context"
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"shoal/terraform-provider-nomad/internal/nomad"
)

// volumeTimeout is how long a client may take to make a volume.
const volumeTimeout = 5 * time.Minute

func newVolume() resource.Resource {
	return newObject(kind[volumeModel, api.HostVolume]{
		name:     "dynamic_host_volume",
		schema:   volumeSchema(),
		called:   func(m *volumeModel) string { return called("Volume", m.Name, m.ID) },
		wanted:   (*volumeModel).wanted,
		write:    writeVolume,
		ready:    volumeReady,
		read:     readVolume,
		flatten:  (*volumeModel).flatten,
		remove:   removeVolume,
		inUse:    []string{"in use"},
		imported: importVolume,
	})
}

// writeVolume creates the volume, or changes the one that has the ID.
func writeVolume(ctx context.Context, client *api.Client, m *volumeModel, wanted *api.HostVolume) error {
	request := &api.HostVolumeCreateRequest{Volume: wanted}
	answer, _, err := client.HostVolumes().Create(request, writing(ctx, wanted.Namespace))
	if err == nil {
		m.flatten(answer.Volume)
	}
	return err
}

// volumeReady waits until the volume's client has made it.
func volumeReady(parent context.Context, client *api.Client, m *volumeModel) error {
	ctx, cancel := context.WithTimeout(parent, volumeTimeout)
	defer cancel()
	query := &api.QueryOptions{Namespace: m.Namespace.ValueString(), WaitTime: 10 * time.Second}
	for {
		found, meta, err := client.HostVolumes().Get(m.ID.ValueString(), query.WithContext(ctx))
		switch {
		case err != nil:
			return fmt.Errorf("waiting for volume %s on node %s: %w", m.ID.ValueString(), m.NodeID.ValueString(), err)
		case found.State == api.HostVolumeStateReady:
			m.flatten(found)
			return nil
		case found.State == api.HostVolumeStateUnavailable:
			return fmt.Errorf("volume %s is unavailable: its node %s is gone. Do: see `nomad node status`", found.ID, found.NodeID)
		}
		query.WaitIndex = meta.LastIndex
	}
}

func readVolume(ctx context.Context, client *api.Client, m *volumeModel) (*api.HostVolume, error) {
	found, _, err := client.HostVolumes().Get(m.ID.ValueString(), reading(ctx, m.Namespace.ValueString()))
	return found, err
}

func removeVolume(ctx context.Context, client *api.Client, m *volumeModel) error {
	request := &api.HostVolumeDeleteRequest{ID: m.ID.ValueString()}
	_, _, err := client.HostVolumes().Delete(request, writing(ctx, m.Namespace.ValueString()))
	return err
}

// importVolume takes `<id>@<namespace>`, or an ID in the default namespace.
func importVolume(id string) (map[string]string, error) {
	id, namespace, err := nomad.SplitID(id, true)
	if err != nil {
		return nil, err
	}
	return map[string]string{"id": id, "namespace": namespace}, nil
}

func (m *volumeModel) wanted(ctx context.Context, diags *diag.Diagnostics) *api.HostVolume {
	bytesOf := func(name string, text types.String) int64 {
		size, err := bytes(name, text)
		if err != nil {
			diags.AddError(fmt.Sprintf("Wrong volume %q", m.Name.ValueString()), err.Error())
		}
		return size
	}
	wanted := &api.HostVolume{
		ID: m.ID.ValueString(), Name: m.Name.ValueString(), Namespace: m.Namespace.ValueString(),
		PluginID: m.PluginID.ValueString(), NodeID: m.NodeID.ValueString(), NodePool: m.NodePool.ValueString(),
		Parameters:                nomad.Strings(ctx, m.Parameters, diags),
		RequestedCapacityMinBytes: bytesOf("capacity_min", m.CapacityMin),
		RequestedCapacityMaxBytes: bytesOf("capacity_max", m.CapacityMax),
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
	return wanted
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
