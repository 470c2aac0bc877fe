import { killContainer } from '../fleet/docker'
import type { Fault, Scene } from './scene'

/** Mysqld restarts in some seconds: what comes after is the next cycle's. */
const PATIENCE = 40

async function settle(scene: Scene): Promise<void> {
  if (!(await scene.writing(PATIENCE))) scene.note(`no write within ${PATIENCE} s`)
}

const freeze = (name: string, what: string, tasks: readonly ('mysqld' | 'agent')[]): Fault => ({
  name,
  what,
  target: 10,
  run: async (scene) => {
    // Both at once: a frozen machine.
    await Promise.all(tasks.map((task) => scene.signal(scene.primary, task, 'SIGSTOP')))
    await scene.pause(scene.frozen)
    await scene.heal()
    await settle(scene)
  },
})

/** Faults of processes and containers. */
export const processFaults: readonly Fault[] = [
  {
    name: 'kill-mysqld',
    what: "SIGKILL to the primary's mysqld",
    target: 3,
    run: async (scene) => {
      await scene.signal(scene.primary, 'mysqld', 'SIGKILL')
      await settle(scene)
    },
  },
  {
    name: 'kill-agent',
    what: "SIGKILL to the primary's agent",
    target: 3,
    run: async (scene) => {
      await scene.signal(scene.primary, 'agent', 'SIGKILL')
      await settle(scene)
      await scene.pause(5)
    },
  },
  {
    name: 'kill-container',
    what: "docker kill of the primary's mysqld",
    target: 3,
    run: async (scene) => {
      await killContainer(scene.fleet, scene.primary.node, 'mysqld', scene.primary.allocation)
      scene.note(`container of mysqld of ${scene.primary.name} killed`)
      await settle(scene)
    },
  },
  {
    name: 'kill-group',
    what: "docker kill of the primary's mysqld and agent",
    target: 10,
    run: async (scene) => {
      const { fleet, primary } = scene
      await Promise.all(
        (['mysqld', 'agent'] as const).map((task) => killContainer(fleet, primary.node, task, primary.allocation)),
      )
      scene.note(`both containers of ${primary.name} killed`)
      await settle(scene)
    },
  },
  freeze('stop-mysqld', "SIGSTOP to the primary's mysqld, then SIGCONT", ['mysqld']),
  freeze('stop-agent', "SIGSTOP to the primary's agent, then SIGCONT", ['agent']),
  freeze('stop-both', "SIGSTOP to the primary's mysqld and agent, then SIGCONT", ['mysqld', 'agent']),
  {
    name: 'kill-replica',
    what: "SIGKILL to a replica's mysqld: nothing may wait for it",
    target: 3,
    run: async (scene) => {
      await scene.signal(scene.choose(scene.replicas), 'mysqld', 'SIGKILL')
      await scene.pause(3)
      await settle(scene)
    },
  },
  {
    name: 'two-faults',
    what: "SIGKILL to the primary's mysqld; as soon as another one writes, SIGKILL to that one's",
    target: 10,
    run: async (scene) => {
      await scene.signal(scene.primary, 'mysqld', 'SIGKILL')
      await settle(scene)
      const recorded = await scene.group.recorded()
      const second = (await scene.group.instances()).find(({ name }) => name === recorded) ?? scene.primary
      // It may be down still, where the first one leads again.
      await scene.signal(second, 'mysqld', 'SIGKILL').catch((error: unknown) => scene.note(String(error)))
      await settle(scene)
    },
  },
]
