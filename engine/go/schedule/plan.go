// Package schedule answers with what Nomad's scheduler decides: it registers jobs one after another on a state in
// memory, as the server does, runs Nomad's scheduler for each, and applies its plans as the server's leader does.
package schedule

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-version"
	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/nomad/nomad/state"
	"github.com/hashicorp/nomad/nomad/structs"
	"github.com/hashicorp/nomad/scheduler"
	sstructs "github.com/hashicorp/nomad/scheduler/structs"

	"shoal/engine/agent"
	"shoal/engine/judge"
	"shoal/engine/protocol"
	"shoal/engine/server"
)

type params struct {
	Cluster   cluster        `json:"cluster"`
	Jobs      []request      `json:"jobs"`
	Server    judge.Settings `json:"server"`
	Seed      int64          `json:"seed"`
	FollowUps *bool          `json:"followUps"`
	NoDiff    bool           `json:"noDiff"`
}

// request is a job to place, or the ID of one that is there to look at again.
type request struct {
	Job       *api.Job `json:"job"`
	ID        string   `json:"id"`
	Namespace string   `json:"namespace"`
	EvalID    string   `json:"evalId"`
	Index     uint64   `json:"index"`
}

// maxFollowUps keeps two jobs from preempting each other for ever.
const maxFollowUps = 1000

type planner struct {
	store    *state.StateStore
	server   *server.Server
	endpoint *server.Job
	settings *judge.Settings
	pool     *server.EvaluatePool
	events   chan any
	evals    int
	seed     int64

	// Of the evaluation at hand.
	results []*structs.PlanResult
	updated *structs.Evaluation
	created []*structs.Evaluation
	// Of the plan as a whole: what is to be evaluated next.
	followUps []*structs.Evaluation
}

func plan(p params) (any, error) {
	protocol.Roomy()
	store, err := p.Cluster.load(&p.Server)
	if err != nil {
		return nil, err
	}
	srv := server.New(p.Server.Config(), store)
	pl := &planner{
		store:    store,
		server:   srv,
		endpoint: server.NewJobEndpoints(srv, nil),
		settings: &p.Server,
		pool:     server.NewEvaluatePool(1, 64),
		events:   make(chan any, 64),
		seed:     p.Seed,
	}
	defer pl.pool.Shutdown()
	defer close(pl.events)
	go func() {
		for range pl.events {
		}
	}()
	out := &planned{Jobs: []*jobPlan{}}
	for i, r := range p.Jobs {
		one, err := pl.register(r, !p.NoDiff)
		if err != nil {
			return nil, fmt.Errorf("jobs[%d]: %w", i, err)
		}
		out.Jobs = append(out.Jobs, one)
		for p.FollowUps == nil || *p.FollowUps {
			if len(pl.followUps) == 0 || len(out.Jobs) > len(p.Jobs)+maxFollowUps {
				break
			}
			eval := pl.followUps[0]
			pl.followUps = pl.followUps[1:]
			one, err := pl.evaluate(eval, pl.next())
			if err != nil {
				return nil, err
			}
			out.Jobs = append(out.Jobs, one)
		}
	}
	out.Nodes, err = usage(store)
	return out, err
}

// register does what the server does when a job is submitted, up to the evaluation.
func (pl *planner) register(r request, withDiff bool) (*jobPlan, error) {
	job, err := pl.find(r)
	if err != nil {
		return nil, err
	}
	var warnings []string
	var diff *structs.JobDiff
	existing, err := pl.store.JobByID(nil, job.Namespace, job.ID)
	if err != nil {
		return nil, err
	}
	index := max(r.Index, pl.next())
	if r.Job != nil {
		if err := pl.settings.Admit(pl.store, job); err != nil {
			return nil, err
		}
		admitted, mutated, err := pl.endpoint.Mutate(job)
		if err != nil {
			return refused(job, err), nil
		}
		job = admitted
		if err := pl.settings.Admit(pl.store, job); err != nil {
			return nil, err
		}
		validated, err := pl.endpoint.Validate(job)
		if err != nil {
			return refused(job, err), nil
		}
		for _, w := range append(validated, mutated...) {
			if w != nil {
				warnings = append(warnings, w.Error())
			}
		}
		if err := server.ValidateUpdate(existing, job); err != nil {
			return refused(job, err), nil
		}
		if err := server.PropagateScalingPolicyIDs(existing, job); err != nil {
			return nil, err
		}
		if withDiff {
			if diff, err = existing.Diff(job, true); err != nil {
				return nil, err
			}
		}
		job.SubmitTime = time.Now().UnixNano()
		if existing == nil || existing.SpecChanged(job) {
			if err := pl.store.UpsertJob(structs.IgnoreUnknownTypeFlag, index, nil, job); err != nil {
				return nil, err
			}
		}
		if job, err = pl.store.JobByID(nil, job.Namespace, job.ID); err != nil {
			return nil, err
		}
	}
	if job.IsPeriodic() || job.IsParameterized() {
		out := newJobPlan(job)
		out.NotEvaluated, out.Warnings, out.Diff = true, warnings, encoded(diff)
		return out, nil
	}
	eval := pl.eval(job, structs.EvalTriggerJobRegister)
	if r.EvalID != "" {
		eval.ID = r.EvalID
	}
	if r.Job == nil {
		eval.TriggeredBy = structs.EvalTriggerNodeUpdate
	}
	out, err := pl.evaluate(eval, index)
	if err != nil {
		return nil, err
	}
	if diff != nil {
		if err := scheduler.Annotate(diff, pl.updated.PlanAnnotations); err != nil {
			return nil, err
		}
	}
	out.Warnings, out.Diff = append(out.Warnings, warnings...), encoded(diff)
	return out, nil
}

func (pl *planner) find(r request) (*structs.Job, error) {
	if r.Job != nil {
		return agent.ApiJobToStructJob(r.Job), nil
	}
	namespace := or(r.Namespace, structs.DefaultNamespace)
	job, err := pl.store.JobByID(nil, namespace, r.ID)
	if err == nil && job == nil {
		err = protocol.InputError("there is no job %q in namespace %q: put it into cluster.jobs, or hand in the job itself", r.ID, namespace)
	}
	return job, err
}

func (pl *planner) eval(job *structs.Job, trigger string) *structs.Evaluation {
	pl.evals++
	now := time.Now().UnixNano()
	return &structs.Evaluation{
		ID:          uuidOf("evaluation", strconv.FormatInt(pl.seed, 10), job.Namespace, job.ID, strconv.Itoa(pl.evals)),
		Namespace:   job.Namespace,
		Priority:    job.Priority,
		Type:        job.Type,
		TriggeredBy: trigger,
		JobID:       job.ID,
		Status:      structs.EvalStatusPending,
		CreateTime:  now,
		ModifyTime:  now,
	}
}

// evaluate runs the scheduler for one evaluation, as a server's worker does.
func (pl *planner) evaluate(eval *structs.Evaluation, index uint64) (*jobPlan, error) {
	// The job was stored with the same index: the server stores both in one step.
	index = max(index, pl.next()-1)
	if job, _ := pl.store.JobByID(nil, eval.Namespace, eval.JobID); job != nil && job.ModifyIndex == index {
		eval.JobModifyIndex = index
	}
	if err := pl.store.UpsertEvals(structs.IgnoreUnknownTypeFlag, index, []*structs.Evaluation{eval}); err != nil {
		return nil, err
	}
	snapshot, err := pl.store.Snapshot()
	if err != nil {
		return nil, err
	}
	pl.results, pl.updated, pl.created = nil, nil, nil
	sched, err := scheduler.NewScheduler(eval.Type, hclog.NewNullLogger(), pl.events, snapshot, pl)
	if err != nil {
		return nil, protocol.InputError("%v", err)
	}
	eval = eval.Copy()
	eval.SnapshotIndex = index
	if err := sched.Process(eval); err != nil {
		return nil, protocol.InputError("scheduling %s: %v", eval.JobID, err)
	}
	if pl.updated == nil {
		return nil, &protocol.Error{Kind: "internal", Message: "the scheduler left the evaluation of " + eval.JobID + " as it was"}
	}
	return pl.describe(eval, index, snapshot)
}

func (pl *planner) next() uint64 {
	index, _ := pl.store.LatestIndex()
	return index + 1
}

// SubmitPlan, UpdateEval, CreateEval, ReblockEval and ServersMeetMinimumVersion are the scheduler's view of the server.

func (pl *planner) SubmitPlan(p *structs.Plan) (*structs.PlanResult, sstructs.State, error) {
	p.JobInfo = &structs.PlanJobTuple{Namespace: p.Job.Namespace, ID: p.Job.ID}
	p.Job = nil
	p.NormalizeAllocations()
	applied, err := pl.server.ApplyPlan(pl.pool, p, pl.next(), time.Now().UnixNano())
	if err != nil {
		return nil, nil, err
	}
	pl.results = append(pl.results, applied.Result)
	for id := range applied.Preempted {
		if job, _ := pl.store.JobByID(nil, id.Namespace, id.ID); job != nil {
			pl.followUps = append(pl.followUps, pl.eval(job, structs.EvalTriggerPreemption))
		}
	}
	if applied.Result.RefreshIndex == 0 {
		return applied.Result, nil, nil
	}
	fresh, err := pl.store.Snapshot()
	return applied.Result, fresh, err
}

func (pl *planner) UpdateEval(eval *structs.Evaluation) error {
	pl.updated = eval
	return pl.store.UpsertEvals(structs.IgnoreUnknownTypeFlag, pl.next(), []*structs.Evaluation{eval})
}

func (pl *planner) CreateEval(eval *structs.Evaluation) error {
	pl.created = append(pl.created, eval)
	return pl.store.UpsertEvals(structs.IgnoreUnknownTypeFlag, pl.next(), []*structs.Evaluation{eval})
}

func (pl *planner) ReblockEval(eval *structs.Evaluation) error { return nil }

func (pl *planner) ServersMeetMinimumVersion(*version.Version, bool) bool { return true }

func init() { protocol.Register("plan", plan) }

func encoded(diff *structs.JobDiff) json.RawMessage {
	if diff == nil {
		return nil
	}
	text, err := judge.Encode(diff)
	if err != nil {
		return nil
	}
	return text
}
