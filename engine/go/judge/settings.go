// Package judge answers with what Nomad's server says about a job when it is submitted: it runs the server's own
// conversion, admission mutators and validators, and job diff.
package judge

import (
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/nomad/nomad/state"
	"github.com/hashicorp/nomad/nomad/structs"
	"github.com/hashicorp/nomad/nomad/structs/config"

	"shoal/engine/server"
)

// Settings is what admission asks the server and its state. What is left out doesn't get in a job's way: every
// namespace and node pool that a job names exists, Vault is there.
type Settings struct {
	Namespaces         []*structs.Namespace            `json:"namespaces"`
	NodePools          []*structs.NodePool             `json:"nodePools"`
	SchedulerConfig    *structs.SchedulerConfiguration `json:"schedulerConfig"`
	Vault              *bool                           `json:"vault"`
	VaultIdentity      *config.WorkloadIdentityConfig  `json:"vaultIdentity"`
	ConsulTask         *config.WorkloadIdentityConfig  `json:"consulTaskIdentity"`
	ConsulService      *config.WorkloadIdentityConfig  `json:"consulServiceIdentity"`
	JobDefaultPriority int                             `json:"jobDefaultPriority"`
	JobMaxPriority     int                             `json:"jobMaxPriority"`
	JobMaxCount        *int                            `json:"jobMaxCount"`
}

// Config gives the server configuration that the settings describe.
func (s *Settings) Config() *server.Config {
	c := &server.Config{
		JobDefaultPriority: structs.JobDefaultPriority,
		JobMaxPriority:     structs.JobDefaultMaxPriority,
		JobMaxCount:        structs.JobDefaultMaxCount,
		JobMaxSourceSize:   1e6,
		ConsulConfigs:      map[string]*config.ConsulConfig{structs.ConsulDefaultCluster: config.DefaultConsulConfig()},
		VaultConfigs:       map[string]*config.VaultConfig{structs.VaultDefaultCluster: config.DefaultVaultConfig()},
	}
	vault := s.Vault == nil || *s.Vault
	c.VaultConfigs[structs.VaultDefaultCluster].Enabled = &vault
	c.VaultConfigs[structs.VaultDefaultCluster].DefaultIdentity = s.VaultIdentity
	c.ConsulConfigs[structs.ConsulDefaultCluster].TaskIdentity = s.ConsulTask
	c.ConsulConfigs[structs.ConsulDefaultCluster].ServiceIdentity = s.ConsulService
	if s.JobDefaultPriority != 0 {
		c.JobDefaultPriority = s.JobDefaultPriority
	}
	if s.JobMaxPriority != 0 {
		c.JobMaxPriority = s.JobMaxPriority
	}
	if s.JobMaxCount != nil {
		c.JobMaxCount = *s.JobMaxCount
	}
	return c
}

// State makes a state store with the namespaces, node pools and scheduler configuration of the settings.
func (s *Settings) State() (*state.StateStore, error) {
	store, err := state.NewStateStore(&state.StateStoreConfig{Logger: hclog.NewNullLogger(), Region: "global", JobTrackedVersions: 6})
	if err != nil {
		return nil, err
	}
	sched := s.SchedulerConfig
	if sched == nil {
		sched = DefaultSchedulerConfig()
	}
	if err := store.SchedulerSetConfig(2, sched); err != nil {
		return nil, err
	}
	if err := store.UpsertNamespaces(3, s.Namespaces); err != nil {
		return nil, err
	}
	return store, store.UpsertNodePools(structs.IgnoreUnknownTypeFlag, 4, s.NodePools)
}

// DefaultSchedulerConfig is what a fresh server has: binpack, preemption for system jobs only.
func DefaultSchedulerConfig() *structs.SchedulerConfiguration {
	return &structs.SchedulerConfiguration{
		SchedulerAlgorithm: structs.SchedulerAlgorithmBinpack,
		PreemptionConfig:   structs.PreemptionConfig{SystemSchedulerEnabled: true},
	}
}

// Admit makes the namespace and the node pool of a job exist where the settings don't list any.
func (s *Settings) Admit(store *state.StateStore, job *structs.Job) error {
	index, err := store.LatestIndex()
	if err != nil {
		return err
	}
	if s.Namespaces == nil && job.Namespace != "" {
		if ns, _ := store.NamespaceByName(nil, job.Namespace); ns == nil {
			if err := store.UpsertNamespaces(index, []*structs.Namespace{{Name: job.Namespace}}); err != nil {
				return err
			}
		}
	}
	if s.NodePools == nil && job.NodePool != "" {
		if pool, _ := store.NodePoolByName(nil, job.NodePool); pool == nil {
			return store.UpsertNodePools(structs.IgnoreUnknownTypeFlag, index, []*structs.NodePool{{Name: job.NodePool}})
		}
	}
	return nil
}
