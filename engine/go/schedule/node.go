package schedule

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/nomad/client/lib/idset"
	"github.com/hashicorp/nomad/client/lib/numalib"
	"github.com/hashicorp/nomad/client/lib/numalib/hw"
	"github.com/hashicorp/nomad/nomad/structs"

	"shoal/engine/protocol"
)

// shortNode describes a node in a few words; see ShortNode in src/plan.ts.
type shortNode struct {
	Name          string            `json:"name"`
	ID            string            `json:"id"`
	Count         *int              `json:"count"`
	CPU           int               `json:"cpu"`
	Memory        int64             `json:"memory"`
	Disk          int64             `json:"disk"`
	Cores         int               `json:"cores"`
	Datacenter    string            `json:"datacenter"`
	Pool          string            `json:"pool"`
	Class         string            `json:"class"`
	Attributes    map[string]string `json:"attributes"`
	Meta          map[string]string `json:"meta"`
	Drivers       []string          `json:"drivers"`
	HostVolumes   []string          `json:"hostVolumes"`
	HostNetworks  []string          `json:"hostNetworks"`
	Address       string            `json:"address"`
	ReservedPorts string            `json:"reservedPorts"`
	Status        string            `json:"status"`
	Eligible      *bool             `json:"eligible"`
	Devices       []struct {
		Vendor string `json:"vendor"`
		Type   string `json:"type"`
		Name   string `json:"name"`
		Count  int    `json:"count"`
	} `json:"devices"`
}

// expand turns what the caller calls a node into nodes: one of Nomad's API, or as many as a short form says.
func expand(raw json.RawMessage, number *int) ([]*structs.Node, error) {
	var probe struct{ ID, NodeResources json.RawMessage }
	if err := json.Unmarshal(raw, &probe); err != nil {
		return nil, protocol.InputError("node %d: %v", *number+1, err)
	}
	if probe.NodeResources != nil {
		*number++
		node := new(structs.Node)
		if err := json.Unmarshal(raw, node); err != nil {
			return nil, protocol.InputError("node %d: %v", *number, err)
		}
		if node.NodeResources == nil {
			return nil, protocol.InputError("node %d has no NodeResources. Hand in the answer of /v1/node/:id", *number)
		}
		return []*structs.Node{node}, finish(node)
	}
	if len(probe.ID) > 0 && !strings.Contains(string(raw), `"id"`) {
		return nil, protocol.InputError("node %d has an ID but no NodeResources. Hand in the answer of /v1/node/:id, not an item of /v1/nodes", *number+1)
	}
	var short shortNode
	if err := json.Unmarshal(raw, &short); err != nil {
		return nil, protocol.InputError("node %d: %v", *number+1, err)
	}
	if short.CPU <= 0 || short.Memory <= 0 {
		return nil, protocol.InputError("node %d: expected `cpu` (MHz) and `memory` (MB) above zero, got %d and %d", *number+1, short.CPU, short.Memory)
	}
	count := 1
	if short.Count != nil {
		count = *short.Count
	}
	if count < 0 || count > 100_000 {
		return nil, protocol.InputError("node %d: expected `count` from 0 to 100000, got %d", *number+1, count)
	}
	var out []*structs.Node
	for i := range count {
		*number++
		node := short.node(i, count, *number)
		if err := finish(node); err != nil {
			return nil, err
		}
		out = append(out, node)
	}
	return out, nil
}

func finish(node *structs.Node) error {
	node.Canonicalize()
	if node.Status == "" {
		node.Status = structs.NodeStatusReady
	}
	if node.SecretID == "" {
		node.SecretID = uuidOf("secret", node.ID)
	}
	if node.ComputedClass == "" {
		if err := node.ComputeClass(); err != nil {
			return protocol.InputError("node %s: %v", node.ID, err)
		}
	}
	return nil
}

func (s *shortNode) node(i, count, number int) *structs.Node {
	name := s.Name
	if name == "" {
		name = "node-" + strconv.Itoa(number)
	} else if count > 1 {
		name += "-" + strconv.Itoa(i+1)
	}
	id := s.ID
	if id == "" || count > 1 {
		id = uuidOf("node", name)
	}
	address := s.Address
	if address == "" {
		address = fmt.Sprintf("10.%d.%d.%d", number>>16&255, number>>8&255, number&255)
	}
	status := s.Status
	if status == "" {
		status = structs.NodeStatusReady
	}
	eligibility := structs.NodeSchedulingEligible
	if s.Eligible != nil && !*s.Eligible {
		eligibility = structs.NodeSchedulingIneligible
	}
	node := &structs.Node{
		ID:                    id,
		Name:                  name,
		Datacenter:            or(s.Datacenter, "dc1"),
		NodePool:              or(s.Pool, structs.NodePoolDefault),
		NodeClass:             s.Class,
		Status:                status,
		SchedulingEligibility: eligibility,
		HTTPAddr:              address + ":4646",
		Attributes:            map[string]string{},
		Meta:                  map[string]string{},
		Drivers:               map[string]*structs.DriverInfo{},
		HostVolumes:           map[string]*structs.ClientHostVolumeConfig{},
		HostNetworks:          map[string]*structs.ClientHostNetworkConfig{},
	}
	disk := s.Disk
	if disk == 0 {
		disk = 100 * 1024
	}
	addresses := []structs.NodeNetworkAddress{{Family: structs.NodeNetworkAF_IPv4, Alias: "default", Address: address}}
	for _, alias := range s.HostNetworks {
		addresses = append(addresses, structs.NodeNetworkAddress{Family: structs.NodeNetworkAF_IPv4, Alias: alias, Address: address})
		node.HostNetworks[alias] = &structs.ClientHostNetworkConfig{Name: alias, Interface: "eth0"}
	}
	node.NodeResources = &structs.NodeResources{
		Processors: structs.NewNodeProcessorResources(s.topology()),
		Memory:     structs.NodeMemoryResources{MemoryMB: s.Memory},
		Disk:       structs.NodeDiskResources{DiskMB: disk},
		Networks: structs.Networks{
			{Mode: "host", Device: "eth0", CIDR: address + "/32", IP: address, MBits: 1000},
			{Mode: "bridge", Device: "nomad"},
		},
		NodeNetworks: []*structs.NodeNetworkResource{
			{Mode: "host", Device: "eth0", Speed: 1000, Addresses: addresses},
			{Mode: "bridge", Device: "nomad"},
		},
		MinDynamicPort: structs.DefaultMinDynamicPort,
		MaxDynamicPort: structs.DefaultMaxDynamicPort,
	}
	node.ReservedResources = &structs.NodeReservedResources{
		Networks: structs.NodeReservedNetworkResources{ReservedHostPorts: s.ReservedPorts},
	}
	for _, d := range s.Devices {
		group := &structs.NodeDeviceResource{Vendor: d.Vendor, Type: d.Type, Name: d.Name}
		for k := range d.Count {
			group.Instances = append(group.Instances, &structs.NodeDevice{ID: uuidOf("device", name, d.Name, strconv.Itoa(k)), Healthy: true})
		}
		node.NodeResources.Devices = append(node.NodeResources.Devices, group)
	}
	for _, volume := range s.HostVolumes {
		node.HostVolumes[volume] = &structs.ClientHostVolumeConfig{Name: volume, Path: "/var/lib/" + volume}
	}
	drivers := s.Drivers
	if drivers == nil {
		drivers = []string{"docker", "exec", "raw_exec", "java", "qemu", "mock_driver"}
	}
	for _, driver := range drivers {
		node.Drivers[driver] = &structs.DriverInfo{Detected: true, Healthy: true}
		node.Attributes["driver."+driver] = "1"
	}
	for k, v := range plainAttributes {
		node.Attributes[k] = v
	}
	node.Attributes["unique.hostname"] = name
	node.Attributes["unique.network.ip-address"] = address
	node.Attributes["cpu.totalcompute"] = strconv.Itoa(s.CPU)
	node.Attributes["cpu.numcores"] = strconv.Itoa(len(node.NodeResources.Processors.Topology.Cores))
	node.Attributes["memory.totalbytes"] = strconv.FormatInt(s.Memory<<20, 10)
	for k, v := range s.Attributes {
		node.Attributes[k] = v
	}
	for k, v := range s.Meta {
		node.Meta[k] = v
	}
	return node
}

// plainAttributes are what a Linux client of this Nomad fingerprints, with Consul, Vault and the CNI plugins there.
var plainAttributes = map[string]string{
	"kernel.name":                    "linux",
	"kernel.arch":                    "x86_64",
	"kernel.version":                 "6.1.0",
	"arch":                           "amd64",
	"cpu.arch":                       "amd64",
	"os.name":                        "debian",
	"os.version":                     "12",
	"os.signals":                     "SIGABRT,SIGALRM,SIGBUS,SIGCHLD,SIGCONT,SIGFPE,SIGHUP,SIGILL,SIGINT,SIGIO,SIGIOT,SIGKILL,SIGNULL,SIGPIPE,SIGPROF,SIGPWR,SIGQUIT,SIGSEGV,SIGSTOP,SIGSYS,SIGTERM,SIGTRAP,SIGTSTP,SIGTTIN,SIGTTOU,SIGURG,SIGUSR1,SIGUSR2,SIGWINCH,SIGXCPU,SIGXFSZ",
	"nomad.version":                  "1.11.3",
	"nomad.service_discovery":        "true",
	"consul.version":                 "1.22.7",
	"consul.connect":                 "true",
	"consul.grpc":                    "8502",
	"vault.version":                  "1.20.0",
	"plugins.cni.version.bridge":     "v1.6.2",
	"plugins.cni.version.firewall":   "v1.6.2",
	"plugins.cni.version.host-local": "v1.6.2",
	"plugins.cni.version.loopback":   "v1.6.2",
	"plugins.cni.version.portmap":    "v1.6.2",
	"plugins.cni.version.consul-cni": "v1.7.0",
	"plugins.secrets.nomad.version":  "1.0.0",
	"plugins.secrets.vault.version":  "1.0.0",
}

func (s *shortNode) topology() *numalib.Topology {
	cores := s.Cores
	if cores <= 0 {
		cores = max(1, s.CPU/1000)
	}
	t := &numalib.Topology{Distances: numalib.SLIT{{10}}, OverrideTotalCompute: hw.MHz(s.CPU)}
	for i := range cores {
		t.Cores = append(t.Cores, numalib.Core{ID: hw.CoreID(i), Grade: numalib.Performance, BaseSpeed: hw.MHz(s.CPU / cores)})
	}
	t.SetNodes(idset.From[hw.NodeID]([]hw.NodeID{0}))
	return t
}

// uuidOf derives a UUID from words.
func uuidOf(words ...string) string {
	h := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
