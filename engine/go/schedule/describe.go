package schedule

import (
	"encoding/json"
	"errors"
	"sort"

	"github.com/hashicorp/go-multierror"
	"github.com/hashicorp/nomad/nomad/state"
	"github.com/hashicorp/nomad/nomad/structs"

	"shoal/engine/protocol"
)

// The result of "plan"; see Plan in src/plan.ts.

type planned struct {
	Jobs  []*jobPlan
	Nodes []nodeUsage
}

type jobPlan struct {
	Job               string                       `json:"job"`
	Namespace         string                       `json:"namespace"`
	EvalID            string                       `json:"evalId"`
	Index             uint64                       `json:"index"`
	TriggeredBy       string                       `json:"triggeredBy"`
	Status            string                       `json:"status"`
	StatusDescription string                       `json:"statusDescription"`
	Blocked           bool                         `json:"blocked"`
	NotEvaluated      bool                         `json:"notEvaluated"`
	Failures          []failure                    `json:"failures"`
	Stopped           []stopped                    `json:"stopped"`
	Preempted         []stopped                    `json:"preempted"`
	Updated           []updated                    `json:"updated"`
	Desired           map[string]map[string]uint64 `json:"desired"`
	Warnings          []string                     `json:"warnings"`
	Errors            []string                     `json:"errors"`
	Diff              json.RawMessage              `json:"diff,omitempty"`
	// Placements stand last, since they are written one by one.
	Placements []placement `json:"-"`
}

type evaluated struct {
	Evaluated        int            `json:"evaluated"`
	Filtered         int            `json:"filtered"`
	Exhausted        int            `json:"exhausted"`
	Available        map[string]int `json:"available"`
	FilteredBy       map[string]int `json:"filteredBy"`
	ExhaustedBy      map[string]int `json:"exhaustedBy"`
	FilteredClasses  map[string]int `json:"filteredClasses"`
	ExhaustedClasses map[string]int `json:"exhaustedClasses"`
}

type placement struct {
	Allocation string      `json:"allocation"`
	Name       string      `json:"name"`
	Group      string      `json:"group"`
	Node       string      `json:"node"`
	NodeName   string      `json:"nodeName"`
	Previous   string      `json:"previous,omitempty"`
	Ports      []port      `json:"ports"`
	Scores     []nodeScore `json:"scores"`
	Preempts   []string    `json:"preempts"`
	evaluated
}

type port struct {
	Label   string `json:"label"`
	Value   int    `json:"value"`
	To      int    `json:"to"`
	Address string `json:"address"`
}

type nodeScore struct {
	Node     string             `json:"node"`
	NodeName string             `json:"nodeName"`
	Scores   map[string]float64 `json:"scores"`
	Final    float64            `json:"final"`
}

type failure struct {
	Group string `json:"group"`
	Count int    `json:"count"`
	evaluated
}

type stopped struct {
	Allocation string `json:"allocation"`
	Name       string `json:"name"`
	Job        string `json:"job"`
	Node       string `json:"node"`
	NodeName   string `json:"nodeName"`
	Reason     string `json:"reason"`
}

type updated struct {
	Allocation string `json:"allocation"`
	Name       string `json:"name"`
	Node       string `json:"node"`
}

type nodeUsage struct {
	Node        string `json:"node"`
	NodeName    string `json:"nodeName"`
	CPU         int64  `json:"cpu"`
	CPUUsed     int64  `json:"cpuUsed"`
	Memory      int64  `json:"memory"`
	MemoryUsed  int64  `json:"memoryUsed"`
	Disk        int64  `json:"disk"`
	DiskUsed    int64  `json:"diskUsed"`
	Allocations int    `json:"allocations"`
}

// WriteJSON writes placement by placement: there may be thousands.
func (p *planned) WriteJSON(out *protocol.Text) error {
	out.Raw(`{"jobs":[`)
	for i, job := range p.Jobs {
		if i > 0 {
			out.Raw(",")
		}
		if err := protocol.Object(out, job, "placements", job.Placements); err != nil {
			return err
		}
	}
	out.Raw(`],"nodes":`)
	if err := protocol.List(out, p.Nodes); err != nil {
		return err
	}
	out.Raw("}")
	return nil
}

func newJobPlan(job *structs.Job) *jobPlan {
	return &jobPlan{
		Job:        job.ID,
		Namespace:  job.Namespace,
		Placements: []placement{},
		Failures:   []failure{},
		Stopped:    []stopped{},
		Preempted:  []stopped{},
		Updated:    []updated{},
		Desired:    map[string]map[string]uint64{},
		Warnings:   []string{},
		Errors:     []string{},
	}
}

// refused describes a job that admission doesn't let in.
func refused(job *structs.Job, err error) *jobPlan {
	out := newJobPlan(job)
	out.Status = "refused"
	var several *multierror.Error
	if errors.As(err, &several) {
		for _, e := range several.Errors {
			out.Errors = append(out.Errors, e.Error())
		}
	} else {
		out.Errors = append(out.Errors, err.Error())
	}
	return out
}

// describe tells what came of an evaluation; before is the state that it saw.
func (pl *planner) describe(eval *structs.Evaluation, index uint64, before *state.StateSnapshot) (*jobPlan, error) {
	out := newJobPlan(&structs.Job{ID: eval.JobID, Namespace: eval.Namespace})
	out.EvalID, out.Index, out.TriggeredBy = eval.ID, index, eval.TriggeredBy
	out.Status, out.StatusDescription = pl.updated.Status, pl.updated.StatusDescription
	out.Blocked = pl.updated.BlockedEval != "" || pl.updated.Status == structs.EvalStatusBlocked
	names := map[string]string{}
	name := func(id string) string {
		if _, ok := names[id]; !ok {
			if node, _ := before.NodeByID(nil, id); node != nil {
				names[id] = node.Name
			}
		}
		return names[id]
	}
	for _, result := range pl.results {
		for _, list := range result.NodeAllocation {
			for _, alloc := range list {
				if old, _ := before.AllocByID(nil, alloc.ID); old != nil {
					out.Updated = append(out.Updated, updated{alloc.ID, alloc.Name, alloc.NodeID})
					continue
				}
				out.Placements = append(out.Placements, placed(alloc, name))
			}
		}
		for _, list := range result.NodeUpdate {
			out.Stopped = append(out.Stopped, gone(list, before, name)...)
		}
		for _, list := range result.NodePreemptions {
			out.Preempted = append(out.Preempted, gone(list, before, name)...)
		}
	}
	sort.SliceStable(out.Placements, func(i, k int) bool {
		a, b := out.Placements[i], out.Placements[k]
		return a.Name < b.Name || a.Name == b.Name && a.NodeName < b.NodeName
	})
	for _, list := range [][]stopped{out.Stopped, out.Preempted} {
		sort.Slice(list, func(i, k int) bool { return list[i].Name+list[i].Allocation < list[k].Name+list[k].Allocation })
	}
	sort.Slice(out.Updated, func(i, k int) bool { return out.Updated[i].Name < out.Updated[k].Name })
	for group, metric := range pl.updated.FailedTGAllocs {
		out.Failures = append(out.Failures, failure{Group: group, Count: metric.CoalescedFailures + 1, evaluated: measured(metric)})
	}
	sort.Slice(out.Failures, func(i, k int) bool { return out.Failures[i].Group < out.Failures[k].Group })
	if notes := pl.updated.PlanAnnotations; notes != nil {
		for group, d := range notes.DesiredTGUpdates {
			out.Desired[group] = counts(d)
		}
	}
	return out, nil
}

func placed(alloc *structs.Allocation, name func(string) string) placement {
	p := placement{
		Allocation: alloc.ID,
		Name:       alloc.Name,
		Group:      alloc.TaskGroup,
		Node:       alloc.NodeID,
		NodeName:   name(alloc.NodeID),
		Previous:   alloc.PreviousAllocation,
		Ports:      []port{},
		Scores:     []nodeScore{},
		Preempts:   []string{},
		evaluated:  measured(alloc.Metrics),
	}
	p.Preempts = append(p.Preempts, alloc.PreemptedAllocations...)
	for _, s := range alloc.Metrics.ScoreMetaData {
		p.Scores = append(p.Scores, nodeScore{s.NodeID, name(s.NodeID), s.Scores, s.NormScore})
	}
	if alloc.AllocatedResources != nil {
		for _, m := range alloc.AllocatedResources.Shared.Ports {
			p.Ports = append(p.Ports, port{m.Label, m.Value, m.To, m.HostIP})
		}
	}
	return p
}

func measured(m *structs.AllocMetric) evaluated {
	if m == nil {
		return evaluated{}
	}
	return evaluated{
		Evaluated:        m.NodesEvaluated,
		Filtered:         m.NodesFiltered,
		Exhausted:        m.NodesExhausted,
		Available:        some(m.NodesAvailable),
		FilteredBy:       some(m.ConstraintFiltered),
		ExhaustedBy:      some(m.DimensionExhausted),
		FilteredClasses:  some(m.ClassFiltered),
		ExhaustedClasses: some(m.ClassExhausted),
	}
}

// none stands for all counts of which there are none: five for each placement.
var none = map[string]int{}

func some(m map[string]int) map[string]int {
	if m == nil {
		return none
	}
	return m
}

func gone(list []*structs.Allocation, before *state.StateSnapshot, name func(string) string) []stopped {
	var out []stopped
	for _, alloc := range list {
		reason := alloc.DesiredDescription
		if old, _ := before.AllocByID(nil, alloc.ID); old != nil {
			if alloc.PreemptedByAllocation != "" {
				reason = "preempted by " + alloc.PreemptedByAllocation
			}
			out = append(out, stopped{old.ID, old.Name, old.JobID, old.NodeID, name(old.NodeID), reason})
		}
	}
	return out
}

func counts(d *structs.DesiredUpdates) map[string]uint64 {
	all := map[string]uint64{
		"ignore": d.Ignore, "place": d.Place, "migrate": d.Migrate, "stop": d.Stop, "inPlaceUpdate": d.InPlaceUpdate,
		"destructiveUpdate": d.DestructiveUpdate, "canary": d.Canary, "preemptions": d.Preemptions,
		"disconnect": d.Disconnect, "reconnect": d.Reconnect, "rescheduleNow": d.RescheduleNow, "rescheduleLater": d.RescheduleLater,
	}
	for k, v := range all {
		if v == 0 {
			delete(all, k)
		}
	}
	return all
}

// usage tells what each node has for jobs, and what of it is taken.
func usage(store *state.StateStore) ([]nodeUsage, error) {
	iter, err := store.Nodes(nil)
	if err != nil {
		return nil, err
	}
	out := []nodeUsage{}
	for raw := iter.Next(); raw != nil; raw = iter.Next() {
		node := raw.(*structs.Node)
		allocs, err := store.AllocsByNodeTerminal(nil, node.ID, false)
		if err != nil {
			return nil, err
		}
		has := node.NodeResources.Comparable()
		has.Subtract(node.ReservedResources.Comparable())
		used := new(structs.ComparableResources)
		for _, alloc := range allocs {
			used.Add(alloc.AllocatedResources.Comparable())
		}
		out = append(out, nodeUsage{
			Node: node.ID, NodeName: node.Name,
			CPU: has.Flattened.Cpu.CpuShares, CPUUsed: used.Flattened.Cpu.CpuShares,
			Memory: has.Flattened.Memory.MemoryMB, MemoryUsed: used.Flattened.Memory.MemoryMB,
			Disk: has.Shared.DiskMB, DiskUsed: used.Shared.DiskMB,
			Allocations: len(allocs),
		})
	}
	sort.Slice(out, func(i, k int) bool { return out[i].NodeName < out[k].NodeName })
	return out, nil
}
