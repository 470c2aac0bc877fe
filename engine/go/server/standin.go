// Package server holds the parts of Nomad's server that judge a job when it is submitted and that apply a plan. The
// nomad_*.go files beside this one are taken from Nomad's module at build time (see ../extract); this file stands in
// for the rest of the server that they mention.
package server

import (
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-version"
	"github.com/hashicorp/nomad/nomad/state"
	"github.com/hashicorp/nomad/nomad/structs"
	"github.com/hashicorp/nomad/nomad/structs/config"
)

// Config is the part of a server's configuration that admission reads.
type Config struct {
	JobDefaultPriority int
	JobMaxPriority     int
	JobMaxCount        int
	JobMaxSourceSize   int
	ConsulConfigs      map[string]*config.ConsulConfig
	VaultConfigs       map[string]*config.VaultConfig
}

// Server stands in for Nomad's server.
type Server struct {
	config     *Config
	state      *state.StateStore
	logger     hclog.Logger
	serf       *struct{}
	peersCache peers
}

type peers struct{}

func (peers) ServersMeetMinimumVersion(string, *version.Version, bool) bool { return true }

// New makes a server of a configuration and a state.
func New(c *Config, s *state.StateStore) *Server {
	return &Server{config: c, state: s, logger: hclog.NewNullLogger()}
}

func (s *Server) GetConfig() *Config       { return s.config }
func (s *Server) State() *state.StateStore { return s.state }
func (s *Server) Region() string           { return "global" }

// RPCContext stands in for the connection that a request came by.
type RPCContext struct{}

// Job stands in for the endpoint of job requests.
type Job struct {
	srv        *Server
	ctx        *RPCContext
	logger     hclog.Logger
	mutators   []jobMutator
	validators []jobValidator
}

// Mutate runs the admission mutators, in Nomad's order.
func (j *Job) Mutate(job *structs.Job) (*structs.Job, []error, error) {
	return j.admissionMutators(job)
}

// Validate runs the admission validators, in Nomad's order.
func (j *Job) Validate(job *structs.Job) ([]error, error) { return j.admissionValidators(job) }

// ValidateUpdate says whether a job may replace another.
func ValidateUpdate(old, new *structs.Job) error { return validateJobUpdate(old, new) }

// PropagateScalingPolicyIDs gives each scaling policy its ID, that of the old job where it has one.
func PropagateScalingPolicyIDs(old, new *structs.Job) error {
	return propagateScalingPolicyIDs(old, new)
}

// Applied is what became of a plan that a scheduler handed in.
type Applied struct {
	Result *structs.PlanResult
	// Preempted are the jobs that lost allocations.
	Preempted map[structs.NamespacedID]struct{}
}

// ApplyPlan evaluates a plan against the state and commits what fits, as the leader's plan applier does.
func (s *Server) ApplyPlan(pool *EvaluatePool, plan *structs.Plan, index uint64, now int64) (*Applied, error) {
	snap, err := s.state.Snapshot()
	if err != nil {
		return nil, err
	}
	job, err := snap.JobByID(nil, plan.JobInfo.Namespace, plan.JobInfo.ID)
	if err != nil {
		return nil, err
	}
	result, err := evaluatePlan(pool, snap, plan, s.logger)
	if err != nil {
		return nil, err
	}
	out := &Applied{Result: result, Preempted: map[structs.NamespacedID]struct{}{}}
	if result.IsNoOp() {
		return out, nil
	}
	req := structs.ApplyPlanResultsRequest{
		Job:               job,
		Deployment:        result.Deployment,
		DeploymentUpdates: result.DeploymentUpdates,
		IneligibleNodes:   result.IneligibleNodes,
		EvalID:            plan.EvalID,
		UpdatedAt:         now,
	}
	for _, list := range result.NodeUpdate {
		for _, stopped := range list {
			req.AllocsStopped = append(req.AllocsStopped, normalizeStoppedAlloc(stopped, now))
		}
	}
	for _, list := range result.NodeAllocation {
		req.AllocsUpdated = append(req.AllocsUpdated, list...)
	}
	updateAllocTimestamps(req.AllocsUpdated, now)
	for _, list := range result.NodePreemptions {
		for _, preempted := range list {
			req.AllocsPreempted = append(req.AllocsPreempted, normalizePreemptedAlloc(preempted, now))
			appendNamespacedJobID(out.Preempted, preempted)
		}
	}
	if err := s.state.UpsertPlanResults(structs.ApplyPlanResultsRequestType, index, &req); err != nil {
		return nil, err
	}
	result.AllocIndex = index
	if result.RefreshIndex != 0 {
		result.RefreshIndex = maxUint64(result.RefreshIndex, result.AllocIndex)
	}
	return out, nil
}
