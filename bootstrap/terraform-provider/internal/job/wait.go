package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"shoal/terraform-provider-nomad/internal/nomad"
)

// retryAfter is the pause before Nomad is asked again after it could not answer.
const retryAfter = time.Second

// waiter follows one registration until its deployment is over.
type waiter struct {
	client                *api.Client
	id, namespace, region string
	timeout               time.Duration
}

// wait returns the deployment (nil where there is none: a batch job, or a group without an update block), and an error
// that tells what failed. The deployment comes with the error, too.
func (w *waiter) wait(parent context.Context, evalID string) (*api.Deployment, error) {
	ctx, cancel := context.WithTimeout(parent, w.timeout)
	defer cancel()

	evaluation, err := w.evaluation(ctx, evalID)
	if err != nil {
		return nil, w.explain(parent, err, nil, evaluation)
	}
	deploymentID, err := w.deploymentOf(ctx, evaluation)
	if err != nil {
		return nil, w.explain(parent, err, nil, evaluation)
	}
	if deploymentID == "" {
		tflog.Debug(ctx, "the job has no deployment to wait for", map[string]any{"job": w.id})
		return nil, nil
	}
	deployment, err := w.deployment(ctx, deploymentID)
	if err != nil {
		return deployment, w.explain(parent, err, deployment, evaluation)
	}
	return deployment, nil
}

// evaluation follows the evaluation and those that come after it until the scheduler is done.
func (w *waiter) evaluation(ctx context.Context, id string) (*api.Evaluation, error) {
	var last *api.Evaluation
	query := w.query()
	for {
		evaluation, meta, err := w.client.Evaluations().Info(id, query.WithContext(ctx))
		if err != nil {
			if err := w.pause(ctx, err); err != nil {
				return last, fmt.Errorf("waiting for evaluation %s: %w", id, err)
			}
			continue
		}
		last, query.WaitIndex = evaluation, meta.LastIndex
		switch evaluation.Status {
		case "complete":
			if evaluation.NextEval == "" {
				return evaluation, nil
			}
			id, query.WaitIndex = evaluation.NextEval, 0
		case "failed", "canceled", "cancelled":
			return evaluation, fmt.Errorf("evaluation %s ended as %q: %s", id, evaluation.Status, evaluation.StatusDescription)
		}
	}
}

// deploymentOf finds the deployment to wait for. An apply that registers an unchanged job (the one before was
// interrupted) starts none: then it is the one of the job's version, if that isn't over yet.
func (w *waiter) deploymentOf(ctx context.Context, evaluation *api.Evaluation) (string, error) {
	if evaluation.DeploymentID != "" {
		return evaluation.DeploymentID, nil
	}
	if evaluation.Type != api.JobTypeService && evaluation.Type != api.JobTypeSystem {
		return "", nil
	}
	job, _, err := w.client.Jobs().Info(w.id, w.query().WithContext(ctx))
	if err != nil {
		return "", err
	}
	latest, _, err := w.client.Jobs().LatestDeployment(w.id, w.query().WithContext(ctx))
	if err != nil || latest == nil {
		return "", err
	}
	if latest.JobVersion != value(job.Version) || latest.JobCreateIndex != value(job.CreateIndex) {
		return "", nil
	}
	return latest.ID, nil
}

func (w *waiter) deployment(ctx context.Context, id string) (*api.Deployment, error) {
	var last *api.Deployment
	query := w.query()
	for {
		deployment, meta, err := w.client.Deployments().Info(id, query.WithContext(ctx))
		if err != nil {
			if err := w.pause(ctx, err); err != nil {
				return last, fmt.Errorf("waiting for deployment %s: %w", id, err)
			}
			continue
		}
		last, query.WaitIndex = deployment, meta.LastIndex
		switch deployment.Status {
		case api.DeploymentStatusSuccessful:
			return deployment, nil
		case api.DeploymentStatusFailed, api.DeploymentStatusCancelled:
			return deployment, fmt.Errorf("deployment '%s' terminated with status '%s': '%s'",
				deployment.ID, deployment.Status, deployment.StatusDescription)
		}
	}
}

// query blocks at Nomad until something changes, for at most ten seconds at a time.
func (w *waiter) query() *api.QueryOptions {
	return &api.QueryOptions{Namespace: w.namespace, Region: w.region, WaitTime: 10 * time.Second}
}

// pause bears with a Nomad that can't answer for the moment (its leader or this agent was lost), until the time is up.
func (w *waiter) pause(ctx context.Context, err error) error {
	if ctx.Err() == nil && !nomad.IsTransient(err) {
		return err
	}
	select {
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return fmt.Errorf("not done within the resource's timeout of %s", w.timeout)
		}
		return errors.New("interrupted")
	case <-time.After(retryAfter):
		return nil
	}
}
