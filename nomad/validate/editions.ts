import { groupsOf, known, type Rule, servicesOf, tasksOf, warning } from './rule'

const oldNames =
  'cron max_client_disconnect stop_after_client_disconnect prevent_reschedule_on_lost mbits resources.network iops vault_grace policies port_map'

/** What the Community Edition refuses, and what newer versions have another name for. */
export const editionRules: readonly Rule[] = [
  warning('enterprise-only', ['multiregion', 'schedule', 'numa', 'consul', 'vault', 'cluster'], (job, report) => {
    const tell = (path: string, what: string) =>
      report({
        path,
        problem: `only Nomad Enterprise takes this: a Community server refuses the job`,
        given: what,
        do: 'leave it out, or silence this where the servers are Enterprise',
      })
    if (job.spec.multiregion !== undefined) tell(job.path, 'multiregion')
    const foreign = (cluster: string | undefined) => known(cluster) && cluster !== '' && cluster !== 'default'
    for (const { group, path } of groupsOf(job))
      if (foreign(group.consul?.cluster)) tell(path, 'another Consul cluster')
    for (const { task, path } of tasksOf(job)) {
      if (task.schedule !== undefined) tell(path, 'schedule')
      const numa = task.resources?.numa?.affinity
      if (numa !== undefined && numa !== 'none') tell(path, `numa with affinity '${numa}'`)
      if (foreign(task.consul?.cluster)) tell(path, 'another Consul cluster')
      if (foreign(task.vault?.cluster)) tell(path, 'another Vault cluster')
      if (known(task.vault?.namespace) && task.vault.namespace !== '') tell(path, 'a Vault namespace')
    }
    for (const { service, path } of servicesOf(job)) if (foreign(service.cluster)) tell(path, 'another Consul cluster')
  }),
  warning('deprecated', oldNames.split(' '), (job, report) => {
    const tell = (path: string, given: string, instead: string) =>
      report({ path, problem: 'Nomad has something newer for this', given, allowed: instead, do: `use ${instead}` })
    if (known(job.spec.periodic?.cron)) tell(job.path, 'periodic.cron', 'crons, a list')
    for (const { group, path } of groupsOf(job)) {
      if (group.max_client_disconnect !== undefined) tell(path, 'max_client_disconnect', 'disconnect.lost_after')
      if (group.stop_after_client_disconnect !== undefined) {
        tell(path, 'stop_after_client_disconnect', 'disconnect.stop_on_client_after')
      }
      if (group.prevent_reschedule_on_lost !== undefined) {
        tell(path, 'prevent_reschedule_on_lost', 'disconnect.replace')
      }
      if (group.network?.some((network) => network.mbits !== undefined)) {
        tell(path, 'network.mbits', 'nothing: it has no effect')
      }
    }
    for (const { task, path } of tasksOf(job)) {
      if (task.resources?.network?.length) tell(path, 'resources.network', `the group's network`)
      if (task.resources?.iops !== undefined) tell(path, 'resources.iops', 'nothing: it has no effect')
      if (task.template?.some((template) => template.vault_grace !== undefined)) {
        tell(path, 'template.vault_grace', 'nothing: it has no effect')
      }
      if (task.vault?.policies?.length) tell(path, 'vault.policies', 'vault.role: workload identities ignore policies')
      if (task.driver === 'docker' && task.config?.port_map !== undefined) {
        tell(path, 'port_map', `the group's network with { to }, and Docker's ports`)
      }
    }
  }),
]
