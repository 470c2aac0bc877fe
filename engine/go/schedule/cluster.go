package schedule

import (
	"encoding/json"

	"github.com/hashicorp/nomad/nomad/state"
	"github.com/hashicorp/nomad/nomad/structs"

	"shoal/engine/judge"
	"shoal/engine/protocol"
)

// cluster is the state that jobs are placed on; see Cluster in src/plan.ts.
type cluster struct {
	Nodes           []json.RawMessage               `json:"nodes"`
	NodePools       []*structs.NodePool             `json:"nodePools"`
	Namespaces      []*structs.Namespace            `json:"namespaces"`
	Jobs            []*structs.Job                  `json:"jobs"`
	Allocations     []*structs.Allocation           `json:"allocations"`
	Volumes         []*structs.HostVolume           `json:"volumes"`
	Deployments     []*structs.Deployment           `json:"deployments"`
	SchedulerConfig *structs.SchedulerConfiguration `json:"schedulerConfig"`
}

// load puts the cluster into a state store, with the indexes that things come with.
func (c *cluster) load(settings *judge.Settings) (*state.StateStore, error) {
	settings.NodePools, settings.Namespaces, settings.SchedulerConfig = c.NodePools, c.Namespaces, c.SchedulerConfig
	store, err := settings.State()
	if err != nil {
		return nil, err
	}
	number := 0
	var nodes []*structs.Node
	for _, raw := range c.Nodes {
		more, err := expand(raw, &number)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, more...)
	}
	jobs := map[structs.NamespacedID]*structs.Job{}
	for i, job := range c.Jobs {
		if job == nil || job.ID == "" {
			return nil, protocol.InputError("cluster.jobs[%d] has no ID. Hand in the answer of /v1/job/:id", i)
		}
		job.Canonicalize()
		jobs[job.NamespacedID()] = job
	}
	for i, alloc := range c.Allocations {
		if err := adopt(alloc, i, jobs); err != nil {
			return nil, err
		}
	}

	restore, err := store.Restore()
	if err != nil {
		return nil, err
	}
	defer restore.Abort()
	known := map[string]bool{}
	highest := uint64(10)
	for _, node := range nodes {
		if known[node.ID] {
			return nil, protocol.InputError("cluster.nodes: the ID %s is there twice", node.ID)
		}
		known[node.ID] = true
		node.CreateIndex, node.ModifyIndex = max(node.CreateIndex, 5), max(node.ModifyIndex, 5)
		highest = max(highest, node.ModifyIndex)
		if err := restore.NodeRestore(node); err != nil {
			return nil, err
		}
	}
	for _, job := range jobs {
		job.CreateIndex, job.ModifyIndex, job.JobModifyIndex = max(job.CreateIndex, 6), max(job.ModifyIndex, 6), max(job.JobModifyIndex, 6)
		highest = max(highest, job.ModifyIndex, job.JobModifyIndex)
		if err := restore.JobRestore(job); err != nil {
			return nil, err
		}
		if err := restore.JobVersionRestore(job); err != nil {
			return nil, err
		}
	}
	for _, alloc := range c.Allocations {
		highest = max(highest, alloc.ModifyIndex, alloc.AllocModifyIndex)
		if err := restore.AllocRestore(alloc); err != nil {
			return nil, err
		}
	}
	for _, volume := range c.Volumes {
		highest = max(highest, volume.ModifyIndex)
		if err := restore.HostVolumeRestore(volume); err != nil {
			return nil, err
		}
	}
	for _, deployment := range c.Deployments {
		highest = max(highest, deployment.ModifyIndex)
		if err := restore.DeploymentRestore(deployment); err != nil {
			return nil, err
		}
	}
	for _, table := range []string{"nodes", "jobs", "allocs"} {
		if err := restore.IndexRestore(&state.IndexEntry{Key: table, Value: highest}); err != nil {
			return nil, err
		}
	}
	if err := restore.Commit(); err != nil {
		return nil, err
	}
	if err := store.ReconcileJobSummaries(highest); err != nil {
		return nil, err
	}
	return store, c.pools(store, settings, nodes, highest)
}

// expandAll answers "nodes": what short forms stand for, as Nomad's API has nodes.
func expandAll(p struct {
	Nodes []json.RawMessage `json:"nodes"`
}) (any, error) {
	number := 0
	out := []json.RawMessage{}
	for _, raw := range p.Nodes {
		nodes, err := expand(raw, &number)
		if err != nil {
			return nil, err
		}
		for _, node := range nodes {
			text, err := judge.Encode(node)
			if err != nil {
				return nil, err
			}
			out = append(out, text)
		}
	}
	return map[string]any{"nodes": out}, nil
}

func init() { protocol.Register("nodes", expandAll) }

// adopt gives an allocation its job, and the job a place in the state.
func adopt(alloc *structs.Allocation, i int, jobs map[structs.NamespacedID]*structs.Job) error {
	if alloc == nil || alloc.ID == "" || alloc.NodeID == "" || alloc.JobID == "" {
		return protocol.InputError("cluster.allocations[%d] lacks ID, NodeID or JobID", i)
	}
	if alloc.Namespace == "" {
		alloc.Namespace = structs.DefaultNamespace
	}
	if alloc.AllocatedResources == nil {
		return protocol.InputError("cluster.allocations[%d] (%s) has no AllocatedResources. Hand in the answer of /v1/allocation/:id, or of /v1/allocations?resources=true", i, alloc.ID)
	}
	id := structs.NewNamespacedID(alloc.JobID, alloc.Namespace)
	known := jobs[id]
	if alloc.Job == nil {
		if known == nil {
			return protocol.InputError("cluster.allocations[%d] (%s) carries no job, and %q is not in cluster.jobs", i, alloc.ID, alloc.JobID)
		}
		alloc.Job = known
	} else {
		alloc.Job.Canonicalize()
		if known == nil || known.Version < alloc.Job.Version {
			jobs[id] = alloc.Job
		}
	}
	alloc.Canonicalize()
	return nil
}

// pools makes the node pools that nodes are in exist, where the caller lists none.
func (c *cluster) pools(store *state.StateStore, settings *judge.Settings, nodes []*structs.Node, index uint64) error {
	if settings.NodePools != nil {
		return nil
	}
	missing := map[string]*structs.NodePool{}
	for _, node := range nodes {
		if found, _ := store.NodePoolByName(nil, node.NodePool); found == nil {
			missing[node.NodePool] = &structs.NodePool{Name: node.NodePool}
		}
	}
	var list []*structs.NodePool
	for _, pool := range missing {
		list = append(list, pool)
	}
	if list == nil {
		return nil
	}
	return store.UpsertNodePools(structs.IgnoreUnknownTypeFlag, index, list)
}
