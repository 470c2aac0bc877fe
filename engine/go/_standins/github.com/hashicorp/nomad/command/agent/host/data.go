package host

// HostData stands in for what an agent tells of its machine, which needs a third of a megabyte of code that asks it. Only
// `nomad operator debug` has it.
type HostData struct{}
