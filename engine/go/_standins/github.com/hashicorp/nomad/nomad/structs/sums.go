package structs

import (
	"maps"

	"github.com/hashicorp/nomad/client/lib/idset"
	"github.com/hashicorp/nomad/client/lib/numalib"
)

// sum is what AllocsFit adds up of an allocation: Comparable() without networks and devices, which nobody reads from
// the sum (a NetworkIndex and a DeviceAccounter count them). It is worked out once, since an allocation's
// resources don't change once they are there.
func (a *AllocatedResources) sum() *ComparableResources {
	if a == nil {
		return nil
	}
	if a.summed == nil {
		all := a.Comparable()
		a.summed = &ComparableResources{
			Flattened: AllocatedTaskResources{Cpu: all.Flattened.Cpu, Memory: all.Flattened.Memory},
			Shared:    AllocatedSharedResources{DiskMB: all.Shared.DiskMB},
		}
	}
	return a.summed
}

// Together is an allocation that holds as much as all of some, as AllocsFit adds it up; nil where one has cores of its own,
// which may not be the same as another's.
func Together(allocs []*Allocation) *Allocation {
	all := new(ComparableResources)
	for _, alloc := range allocs {
		// As in AllocsFit.
		if alloc.ClientTerminalStatus() {
			continue
		}
		one := alloc.AllocatedResources.sum()
		if one == nil || len(one.Flattened.Cpu.ReservedCores) > 0 {
			return nil
		}
		all.Add(one)
	}
	return &Allocation{AllocatedResources: &AllocatedResources{summed: all}}
}

// Branch is an index that can be added to and released without a change to the one that it comes from. What SetNode has
// put in stays the same for both.
func (idx *NetworkIndex) Branch() *NetworkIndex {
	branch := *idx
	branch.UsedBandwidth = maps.Clone(idx.UsedBandwidth)
	branch.UsedPorts = make(map[string]Bitmap, len(idx.UsedPorts))
	for ip, used := range idx.UsedPorts {
		mine, ok := bitmapPool.Get().(Bitmap)
		if !ok {
			mine = make(Bitmap, len(used))
		}
		copy(mine, used)
		branch.UsedPorts[ip] = mine
	}
	return &branch
}

// noCores does what Add does with cores where neither side has any.
func noCores(a, delta *AllocatedCpuResources) bool {
	if len(a.ReservedCores) > 0 || len(delta.ReservedCores) > 0 {
		return false
	}
	a.ReservedCores = []uint16{}
	return true
}

// nothingToRemove does what Subtract does with cores where there are none to remove, and the rest is in order already.
func nothingToRemove(a, delta *AllocatedCpuResources) bool {
	if len(delta.ReservedCores) > 0 || !ascending(a.ReservedCores) {
		return false
	}
	if a.ReservedCores == nil {
		a.ReservedCores = []uint16{}
	}
	return true
}

// holdsCores is false where cores that are asked for are not among those that are there, if there are any.
func holdsCores(has, asked *AllocatedCpuResources) bool {
	if len(has.ReservedCores) == 0 || len(asked.ReservedCores) == 0 {
		return true
	}
	return idset.From[uint16](has.ReservedCores).Superset(idset.From[uint16](asked.ReservedCores))
}

// usableCores is Topology.UsableCores as a list in order.
func usableCores(t *numalib.Topology) []uint16 {
	cores := make([]uint16, 0, len(t.Cores))
	for _, core := range t.Cores {
		if !core.Disable {
			cores = append(cores, uint16(core.ID))
		}
	}
	if !ascending(cores) {
		return idset.From[uint16](cores).Slice()
	}
	return cores
}

func ascending(cores []uint16) bool {
	for i := 1; i < len(cores); i++ {
		if cores[i-1] >= cores[i] {
			return false
		}
	}
	return true
}
