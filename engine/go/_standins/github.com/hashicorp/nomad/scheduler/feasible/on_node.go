package feasible

import (
	"slices"

	"github.com/hashicorp/go-memdb"
	"github.com/hashicorp/nomad/nomad/structs"
	sstructs "github.com/hashicorp/nomad/scheduler/structs"
)

// known is what an evaluation has worked out of nodes, so that it needn't for each allocation that it places. Its
// snapshot doesn't change, and its plan mostly grows by one allocation at a time.
type known struct {
	state sstructs.State
	nodes map[string]*onNode
}

// onNode is what is on a node: in the snapshot, and with the plan's changes.
type onNode struct {
	existing []*structs.Allocation
	read     bool

	// The plan's changes that the rest follows from. They are copies, since the plan's own lists may change in place.
	updated, preempted, placed []*structs.Allocation

	proposed map[string]*structs.Allocation
	asked    int
	network  *structs.NetworkIndex
	together *structs.Allocation
}

// latest is what the latest evaluation knows. The engine evaluates one after another.
var latest map[string]*onNode

func (e *EvalContext) on(nodeID string) *onNode {
	if e.known.state != e.state {
		for _, n := range latest {
			n.forget()
		}
		latest = map[string]*onNode{}
		e.known = known{state: e.state, nodes: latest}
	}
	n := e.known.nodes[nodeID]
	if n == nil {
		n = &onNode{}
		e.known.nodes[nodeID] = n
	}
	return n
}

// forget lets the memory of the network be used again.
func (n *onNode) forget() {
	if n.network != nil {
		n.network.Release()
		n.network = nil
	}
}

// allocsOn is AllocsByNode, read once for each node.
func (e *EvalContext) allocsOn(ws memdb.WatchSet, nodeID string) ([]*structs.Allocation, error) {
	n := e.on(nodeID)
	if n.read {
		return n.existing, nil
	}
	found, err := e.state.AllocsByNode(ws, nodeID)
	if err == nil {
		n.existing, n.read = found, true
	}
	return found, err
}

// proposedOn is what ProposedAllocs worked out before, with what the plan has placed since then; nil where the plan has
// changed otherwise, and all has to be worked out anew.
func (e *EvalContext) proposedOn(nodeID string) map[string]*structs.Allocation {
	n := e.on(nodeID)
	placed := e.plan.NodeAllocation[nodeID]
	if n.proposed == nil || len(placed) < len(n.placed) || !slices.Equal(n.placed, placed[:len(n.placed)]) ||
		!slices.Equal(n.updated, e.plan.NodeUpdate[nodeID]) || !slices.Equal(n.preempted, e.plan.NodePreemptions[nodeID]) {
		return nil
	}
	for _, alloc := range placed[len(n.placed):] {
		n.add(alloc)
	}
	return n.proposed
}

func (n *onNode) add(alloc *structs.Allocation) {
	n.placed = append(n.placed, alloc)
	if _, replaced := n.proposed[alloc.ID]; replaced {
		n.forget()
		n.together = nil
	}
	n.proposed[alloc.ID] = alloc
	if n.network != nil {
		if collide, _ := n.network.AddAllocs([]*structs.Allocation{alloc}); collide {
			n.forget()
		}
	}
	if n.together != nil {
		n.together = structs.Together([]*structs.Allocation{n.together, alloc})
	}
}

// know keeps what ProposedAllocs has worked out.
func (e *EvalContext) know(nodeID string, proposed map[string]*structs.Allocation) map[string]*structs.Allocation {
	n := e.on(nodeID)
	n.updated = slices.Clone(e.plan.NodeUpdate[nodeID])
	n.preempted = slices.Clone(e.plan.NodePreemptions[nodeID])
	n.placed = slices.Clone(e.plan.NodeAllocation[nodeID])
	n.forget()
	n.proposed, n.together = proposed, nil
	return proposed
}

// listed gives them in the order of a map, as Nomad does, with room for one more.
func listed(proposed map[string]*structs.Allocation) []*structs.Allocation {
	list := make([]*structs.Allocation, 0, len(proposed)+1)
	for _, alloc := range proposed {
		list = append(list, alloc)
	}
	return list
}

// networkOn gives what is used of a node's network, or an empty index that the caller fills. It is kept from the second
// time on that it is asked for, because it is large, and most nodes of a large cluster are looked at once.
func networkOn(ctx Context, node *structs.Node, proposed []*structs.Allocation) (*structs.NetworkIndex, bool) {
	e, ok := ctx.(*EvalContext)
	if !ok {
		return structs.NewNetworkIndex(), false
	}
	n := e.on(node.ID)
	n.asked++
	if n.asked < 2 {
		return structs.NewNetworkIndex(), false
	}
	if n.network == nil {
		made := structs.NewNetworkIndex()
		if err := made.SetNode(node); err != nil {
			return structs.NewNetworkIndex(), false
		}
		if collide, _ := made.AddAllocs(proposed); collide {
			made.Release()
			return structs.NewNetworkIndex(), false
		}
		n.network = made
	}
	return n.network.Branch(), true
}

// together gives, in place of a node's allocations, one that holds as much as all of them, to be added up once. Where the
// list lacks what is to be preempted, or one has cores of its own, it is given back as it is.
func together(ctx Context, node *structs.Node, proposed []*structs.Allocation) []*structs.Allocation {
	e, ok := ctx.(*EvalContext)
	if !ok || node.NodeMaxAllocs != 0 {
		return proposed
	}
	n := e.on(node.ID)
	if n.asked < 2 || len(proposed) != len(n.proposed) {
		return proposed
	}
	if n.together == nil {
		n.together = structs.Together(proposed)
	}
	if n.together == nil {
		return proposed
	}
	return append(make([]*structs.Allocation, 0, 2), n.together)
}
