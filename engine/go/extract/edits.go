package main

// edit is an exact replacement in a vendored file, expected so many times.
type edit struct {
	file  string
	times int
	old   string
	new   string
}

const (
	structs  = "github.com/hashicorp/nomad/nomad/structs/"
	state    = "github.com/hashicorp/nomad/nomad/state/"
	feasible = "github.com/hashicorp/nomad/scheduler/feasible/"
)

var edits = append([]edit{
	// The parser's diagnostics as such, not only as text.
	{"github.com/hashicorp/nomad/jobspec2/parse.go", 1, "return errors.New(str.String())", "return &DiagnosticsError{Text: str.String(), Diagnostics: diags}"},
	{"github.com/hashicorp/nomad/jobspec2/parse.go", 1, "\t\"errors\"\n", ""},
	// Drivers' plugins (go-plugin, gRPC) are a quarter of the module, and only this type's name is used of them.
	{"github.com/hashicorp/nomad/client/taskenv/env.go", 1, "\t\"github.com/hashicorp/nomad/plugins/drivers\"\n", ""},
	{"github.com/hashicorp/nomad/client/taskenv/env.go", 4, "*drivers.DriverNetwork", "*DriverNetwork"},
	// For tests, like state/testing.go.
	{feasible + "context.go", 1, `
func MockContext(t testing.TB) (*state.StateStore, *EvalContext) {
	state := state.TestStateStore(t)
	plan := &structs.Plan{
		EvalID:          uuid.Generate(),
		NodeUpdate:      make(map[string][]*structs.Allocation),
		NodeAllocation:  make(map[string][]*structs.Allocation),
		NodePreemptions: make(map[string][]*structs.Allocation),
	}

	logger := testlog.HCLogger(t)

	ctx := NewEvalContext(nil, state, plan, logger)
	return state, ctx
}
`, ""},
	{feasible + "context.go", 1, "	\"testing\"\n", ""},
	{feasible + "context.go", 1, "	\"github.com/hashicorp/nomad/helper/testlog\"\n	\"github.com/hashicorp/nomad/helper/uuid\"\n	\"github.com/hashicorp/nomad/nomad/state\"\n", ""},
	// Types of raft, serf and go-kms-wrapping; _standins/.../structs/names.go has others in their place.
	{structs + "autopilot.go", 1, "	autopilot \"github.com/hashicorp/raft-autopilot\"\n	\"github.com/hashicorp/serf/serf\"\n", ""},
	{structs + "autopilot.go", 1, "serf.MemberStatus", "memberStatus"},
	{structs + "autopilot.go", 1, `func (s *RaftStats) ToAutopilotServerStats() *autopilot.ServerStats {
	duration, _ := time.ParseDuration(s.LastContact)
	return &autopilot.ServerStats{
		LastContact: duration,
		LastTerm:    s.LastTerm,
		LastIndex:   s.LastIndex,
	}
}
`, ""},
	{structs + "operator.go", 1, "	\"github.com/hashicorp/raft\"\n", ""},
	{structs + "operator.go", 4, "raft.ServerID", "serverID"},
	{structs + "operator.go", 4, "raft.ServerAddress", "serverAddress"},
	{structs + "keyring.go", 1, "	\"github.com/golang/protobuf/proto\"\n	wrapping \"github.com/hashicorp/go-kms-wrapping/v2\"\n", ""},
	{structs + "keyring.go", 1, "proto.Clone(w.WrappedDataEncryptionKey).(*wrapping.BlobInfo)", "w.WrappedDataEncryptionKey"},
	{structs + "keyring.go", 1, "proto.Clone(w.WrappedRSAKey).(*wrapping.BlobInfo)", "w.WrappedRSAKey"},
	{structs + "keyring.go", 4, "wrapping.BlobInfo", "wrapped"},
}, faster...)

// faster are edits that change how long the scheduler takes, never what it answers: for each candidate node it adds up all
// allocations, and Nomad makes two hash sets for each sum, which are empty unless a job asks for whole cores. The
// functions that are called instead are in _standins/.../structs/sums.go and .../feasible/on_node.go.
// test/engine/integration compares the answers with those of a running Nomad.
var faster = []edit{
	{structs + "funcs.go", 1, "cr := alloc.AllocatedResources.Comparable()", "cr := alloc.AllocatedResources.sum()"},
	{structs + "structs.go", 1, "	TaskLifecycles map[string]*TaskLifecycleConfig\n\n	// Shared is the set of resource that are shared by all tasks in the group.\n",
		"	TaskLifecycles map[string]*TaskLifecycleConfig\n\n	summed *ComparableResources\n\n	// Shared is the set of resource that are shared by all tasks in the group.\n"},
	{structs + "structs.go", 1, "	// add cpu cores\n	cores := idset", "	if noCores(a, delta) {\n		return\n	}\n	cores := idset"},
	{structs + "structs.go", 1, "	// remove cpu cores\n	cores := idset", "	if nothingToRemove(a, delta) {\n		return\n	}\n	cores := idset"},
	{structs + "structs.go", 1, `	cores := idset.From[uint16](c.Flattened.Cpu.ReservedCores)
	otherCores := idset.From[uint16](other.Flattened.Cpu.ReservedCores)
	if len(c.Flattened.Cpu.ReservedCores) > 0 && !cores.Superset(otherCores) {
`, `	if !holdsCores(&c.Flattened.Cpu, &other.Flattened.Cpu) {
`},
	{structs + "structs.go", 1, `	usableCores := n.Processors.Topology.UsableCores().Slice()
	reservableCores := helper.ConvertSlice(usableCores, func(id hw.CoreID) uint16 {
		return uint16(id)
	})
`, `	reservableCores := usableCores(n.Processors.Topology)
`},
	{structs + "structs.go", 1, "	\"github.com/hashicorp/nomad/client/lib/numalib/hw\"\n", ""},
	{structs + "devices.go", 1, "func (d *DeviceAccounter) AddAllocs(allocs []*Allocation) (collision bool) {\n",
		"func (d *DeviceAccounter) AddAllocs(allocs []*Allocation) (collision bool) {\n	if len(d.Devices) == 0 {\n		return false\n	}\n"},
	// What is on a node is worked out once for each evaluation.
	{feasible + "context.go", 1, "	plan        *structs.Plan\n", "	plan        *structs.Plan\n	known       known\n"},
	{feasible + "context.go", 1, "	// Get the existing allocations that are non-terminal\n",
		"	if known := e.proposedOn(nodeID); known != nil {\n		return listed(known), nil\n	}\n	// Get the existing allocations that are non-terminal\n"},
	{feasible + "context.go", 1, "e.state.AllocsByNode(ws, nodeID)", "e.allocsOn(ws, nodeID)"},
	{feasible + "context.go", 1, `	proposed = make([]*structs.Allocation, 0, len(proposedIDs))
	for _, alloc := range proposedIDs {
		proposed = append(proposed, alloc)
	}

	return proposed, nil
`, "	return listed(e.know(nodeID, proposedIDs)), nil\n"},
	{feasible + "rank.go", 1, `		netIdx := structs.NewNetworkIndex()
		if err := netIdx.SetNode(option.Node); err != nil {
`, `		netIdx, filled := networkOn(iter.ctx, option.Node, proposed)
		if filled {
			goto FILLED
		}
		if err := netIdx.SetNode(option.Node); err != nil {
`},
	{feasible + "rank.go", 1, "		// Create a device allocator\n", "	FILLED:\n		// Create a device allocator\n"},
	{feasible + "rank.go", 1, "append(proposed, &structs.Allocation{AllocatedResources: total})",
		"append(together(iter.ctx, option.Node, proposed), &structs.Allocation{AllocatedResources: total})"},
	// A copy of each allocation with its job, which nobody reads.
	{state + "state_store.go", 1, "		alloc = alloc.Copy()\n		alloc.Canonicalize()\n	}\n\n	if err := s.upsertAllocsImpl(index, allocsToUpsert, txn); err != nil {\n",
		"		_ = alloc\n	}\n\n	if err := s.upsertAllocsImpl(index, allocsToUpsert, txn); err != nil {\n"},
}
