package main

// edit is an exact replacement in a vendored file, expected so many times.
type edit struct {
	file  string
	times int
	old   string
	new   string
}

const structs = "github.com/hashicorp/nomad/nomad/structs/"

var edits = append([]edit{
	// What doesn't compile for WebAssembly.
	{"github.com/hashicorp/nomad/command/agent/host/unix.go", 1, "//go:build !windows\n// +build !windows\n", "//go:build !windows && !wasip1\n"},
	// The parser's diagnostics as such, not only as text.
	{"github.com/hashicorp/nomad/jobspec2/parse.go", 1, "return errors.New(str.String())", "return &DiagnosticsError{Text: str.String(), Diagnostics: diags}"},
	{"github.com/hashicorp/nomad/jobspec2/parse.go", 1, "\t\"errors\"\n", ""},
	// Drivers' plugins (go-plugin, gRPC) are a quarter of the module, and only this type's name is used of them.
	{"github.com/hashicorp/nomad/client/taskenv/env.go", 1, "\t\"github.com/hashicorp/nomad/plugins/drivers\"\n", ""},
	{"github.com/hashicorp/nomad/client/taskenv/env.go", 4, "*drivers.DriverNetwork", "*DriverNetwork"},
}, faster...)

// faster are edits that change how long the scheduler takes, never what it answers: for each candidate node it adds up all
// allocations, and Nomad makes two hash sets for each sum, which are empty unless a job asks for whole cores. The
// functions that are called instead are in _standins/.../structs/sums.go. test/engine/integration compares the
// answers with those of a running Nomad.
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
}
