import { error, known, type Rule, warning } from './rule'
import { eachGroup, eachTask } from './visit'

/** Tasks that wait for each other, run at another time than it seems, or have nothing to run. */
export const lifecycleRules: readonly Rule[] = [
  error(
    'no-driver',
    eachTask(({ task, path }, report) => {
      if (task.driver !== undefined && task.driver !== '') return
      report({
        path,
        problem: 'nothing runs the task: it has no driver',
        given: 'none',
        do: 'set driver: Docker.image(...), or Driver.of(name, config)',
      })
    }),
  ),
  warning(
    'poststop-sidecar',
    ['lifecycle'],
    eachTask(({ task, path }, report) => {
      if (task.lifecycle?.hook !== 'poststop' || task.lifecycle.sidecar !== true) return
      report({
        path,
        problem: 'a poststop task runs once when the others have ended: nothing is left to run beside',
        given: `hook 'poststop', sidecar: true`,
        do: 'leave sidecar out',
      })
    }),
  ),
  warning(
    'service-before-main',
    ['lifecycle'],
    eachTask(({ task, path }, report) => {
      const hook = task.lifecycle?.hook
      if (task.lifecycle?.sidecar === true || (hook !== 'prestart' && hook !== 'poststop')) return
      const service = task.service?.[0]
      if (!service) return
      report({
        path,
        problem: `the service is there only while a ${hook} task runs, which ends before or after the main tasks`,
        given: `service '${service.name ?? ''}' of a ${hook} task`,
        do: 'move the service to the group or to a main task, or make the task a sidecar',
      })
    }),
  ),
  warning(
    'sidecar-outlives-batch',
    eachGroup(({ group, path }, report, job) => {
      if (job.spec.type !== 'batch' && job.spec.type !== 'sysbatch') return
      const main = (group.task ?? []).filter((task) => task.lifecycle === undefined)
      if (main.length < 2 || main.some((task) => task.leader === true)) return
      report({
        path,
        problem: 'the group is complete only when all its main tasks have ended',
        given: main.map((task) => `'${task.name}'`).join(', '),
        allowed: 'one main task, a leader, or tasks that all end',
        do: 'make helpers Lifecycle.prestart({ sidecar: true }), or the worker leader: true; silence this where all end',
      })
    }),
  ),
  warning(
    'prestart-restarts-for-ever',
    ['lifecycle'],
    eachTask(({ group, task, path }, report) => {
      if (task.lifecycle?.hook !== 'prestart' || task.lifecycle.sidecar === true) return
      const restart = task.restart ?? group.restart
      if (restart?.mode !== 'delay') return
      report({
        path,
        problem: 'a prestart task that fails is started again for ever, and the main tasks wait as long',
        given: `restart mode 'delay'`,
        allowed: `mode 'fail', so that the allocation fails and is rescheduled`,
        do: 'give the task a restart of its own, or silence this where it waits for something on purpose',
      })
    }),
  ),
  error(
    'action-command',
    ['action'],
    eachTask(({ task, path }, report) => {
      for (const action of task.action ?? []) {
        if (action.command) continue
        report({
          path,
          problem: 'an action runs nothing',
          given: `action '${action.name}' without a command`,
          do: 'give it a command',
        })
      }
    }),
  ),
  error(
    'disconnect-type',
    ['disconnect'],
    eachGroup(({ group, path }, report, job) => {
      const type = job.spec.type ?? 'service'
      if (group.disconnect?.stop_on_client_after === undefined || type === 'service' || type === 'batch') return
      report({
        path,
        problem: `the allocations of a ${type} job are stopped by nobody when their node is cut off`,
        given: `stopOnClientAfter ${group.disconnect.stop_on_client_after}`,
        allowed: 'in service and batch jobs',
        do: 'leave it out',
      })
    }),
  ),
  error(
    'csi-plugin',
    ['csi_plugin'],
    eachTask(({ task, path }, report) => {
      const plugin = task.csi_plugin
      if (!plugin) return
      const { id, mount_dir: dir, stage_publish_base_dir: stage } = plugin
      const bad =
        id === undefined || id === ''
          ? 'no id'
          : plugin.type === undefined || plugin.type === ''
            ? 'no type'
            : known(dir) && known(stage) && dir !== '' && stage.startsWith(dir)
              ? `stage_publish_base_dir '${stage}' inside mount_dir '${dir}'`
              : undefined
      if (bad === undefined) return
      report({
        path,
        problem: 'the task is no CSI plugin yet',
        given: bad,
        allowed: `an id, a type ('node', 'controller', 'monolith'), and directories beside each other`,
        do: 'complete csi_plugin',
      })
    }),
  ),
]
