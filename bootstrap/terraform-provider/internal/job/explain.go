package job

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/hashicorp/nomad/api"
)

const (
	// explainTimeout bounds the questions about a failure: the answer is for a person who waits.
	explainTimeout = 10 * time.Second
	// maxAllocations and maxEvents keep the message readable: the first failures nearly always tell.
	maxAllocations = 3
	maxEvents      = 5
)

// explain adds to an error what Nomad knows of its cause: the state of the deployment, what could not be placed and
// why, and the last events of the tasks that failed.
func (w *waiter) explain(parent context.Context, cause error, deployment *api.Deployment, evaluation *api.Evaluation) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(parent), explainTimeout)
	defer cancel()

	var text strings.Builder
	fmt.Fprintf(&text, "%s\n", cause)
	if deployment != nil {
		if fresh, _, err := w.client.Deployments().Info(deployment.ID, w.now(ctx)); err == nil {
			deployment = fresh
		}
		fmt.Fprintf(&text, "\nDeployment %s of version %d is %s: %s\n", deployment.ID, deployment.JobVersion,
			deployment.Status, deployment.StatusDescription)
		for _, name := range sorted(deployment.TaskGroups) {
			group := deployment.TaskGroups[name]
			fmt.Fprintf(&text, "  group %s: %d wanted, %d placed, %d healthy, %d unhealthy\n", name, group.DesiredTotal,
				group.PlacedAllocs, group.HealthyAllocs, group.UnhealthyAllocs)
		}
	}
	w.writePlacements(ctx, &text, evaluation)
	w.writeAllocations(ctx, &text, deployment)
	fmt.Fprintf(&text, "\nAllowed: every group healthy within its update block's progress_deadline and this resource's "+
		"timeout (%s, block `timeouts`).\nDo: see `nomad job status -namespace %s %s` and `nomad alloc logs -stderr ALLOCATION`; "+
		"mend the cause and apply again. Nomad starts no new deployment for a job that didn't change: "+
		"`terraform apply -replace=ADDRESS` makes it one.", w.timeout, w.namespace, w.id)
	return errors.New(text.String())
}

// writePlacements tells which groups have allocations that no node could take.
func (w *waiter) writePlacements(ctx context.Context, text *strings.Builder, evaluation *api.Evaluation) {
	if evaluation == nil {
		return
	}
	failed := evaluation.FailedTGAllocs
	if evaluation.BlockedEval != "" {
		// The blocked evaluation knows what is still not placed: part of it may have found its node since.
		if blocked, _, err := w.client.Evaluations().Info(evaluation.BlockedEval, w.now(ctx)); err == nil {
			if blocked.Status == "complete" {
				failed = nil
			} else if len(blocked.FailedTGAllocs) > 0 {
				failed = blocked.FailedTGAllocs
			}
		}
	}
	if len(failed) == 0 {
		return
	}
	fmt.Fprint(text, "\nNot placed:\n")
	for _, name := range sorted(failed) {
		fmt.Fprintf(text, "  group %s: %s\n", name, placement(failed[name]))
	}
}

// placement puts the scheduler's figures about a failed placement into one line.
func placement(metric *api.AllocationMetric) string {
	parts := []string{fmt.Sprintf("%d not placed, %d nodes looked at", metric.CoalescedFailures+1, metric.NodesEvaluated)}
	for _, name := range sorted(metric.ClassFiltered) {
		parts = append(parts, fmt.Sprintf("class %s filtered %d", name, metric.ClassFiltered[name]))
	}
	for _, name := range sorted(metric.ConstraintFiltered) {
		parts = append(parts, fmt.Sprintf("constraint %q filtered %d", name, metric.ConstraintFiltered[name]))
	}
	for _, name := range sorted(metric.DimensionExhausted) {
		parts = append(parts, fmt.Sprintf("%s exhausted on %d", name, metric.DimensionExhausted[name]))
	}
	for _, quota := range metric.QuotaExhausted {
		parts = append(parts, "quota exhausted: "+quota)
	}
	if metric.NodesEvaluated == 0 {
		parts = append(parts, "no node of the job's datacenters and node pool is ready")
	}
	return strings.Join(parts, "; ")
}

// writeAllocations tells what the tasks of unhealthy allocations met.
func (w *waiter) writeAllocations(ctx context.Context, text *strings.Builder, deployment *api.Deployment) {
	if deployment == nil {
		return
	}
	stubs, _, err := w.client.Deployments().Allocations(deployment.ID, w.now(ctx))
	if err != nil {
		return
	}
	sort.Slice(stubs, func(i, j int) bool { return stubs[i].CreateTime > stubs[j].CreateTime })
	written := 0
	for _, stub := range stubs {
		if healthy(stub) {
			continue
		}
		if written == maxAllocations {
			fmt.Fprint(text, "  ... and more\n")
			return
		}
		if written == 0 {
			fmt.Fprint(text, "\nAllocations that are not healthy:\n")
		}
		written++
		fmt.Fprintf(text, "  %s (%.8s) on %s is %s\n", stub.Name, stub.ID, stub.NodeName, stub.ClientStatus)
		for _, name := range sorted(stub.TaskStates) {
			writeTask(text, name, stub.TaskStates[name])
		}
	}
}

func healthy(stub *api.AllocationListStub) bool {
	return stub.DeploymentStatus != nil && stub.DeploymentStatus.Healthy != nil && *stub.DeploymentStatus.Healthy
}

func writeTask(text *strings.Builder, name string, state *api.TaskState) {
	failed := ""
	if state.Failed {
		failed = ", failed"
	}
	fmt.Fprintf(text, "    task %s: %s%s, %d restarts\n", name, state.State, failed, state.Restarts)
	events := state.Events
	if len(events) > maxEvents {
		events = events[len(events)-maxEvents:]
	}
	for _, event := range events {
		fmt.Fprintf(text, "      %s %s: %s\n", time.Unix(0, event.Time).UTC().Format(time.TimeOnly), event.Type, event.DisplayMessage)
	}
}

// now is a query that answers at once.
func (w *waiter) now(ctx context.Context) *api.QueryOptions {
	return (&api.QueryOptions{Namespace: w.namespace, Region: w.region}).WithContext(ctx)
}

func sorted[T any](of map[string]T) []string {
	names := make([]string, 0, len(of))
	for name := range of {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
