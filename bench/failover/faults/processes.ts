import { killContainer, type MysqlTask } from '../fleet/docker'
import type { Fault, Scene } from './scene'

/** Mysqld restarts in some seconds: what comes after is the next cycle's. */
const PATIENCE = 40

async function settle(scene: Scene): Promise<void> {
  if (!(await scene.writing(PATIENCE))) scene.note(`no write within ${PATIENCE} s`)
}

/**
 * A fault after which the group must write again.
 * @param target seconds without a writer that the design allows
 * @param rest seconds before the next cycle, when the group writes again
 */
const fault = (
  name: string,
  what: string,
  target: number,
  hurt: (scene: Scene) => Promise<void>,
  rest?: number,
): Fault => ({
  name,
  what,
  target,
  run: async (scene) => {
    await hurt(scene)
    await settle(scene)
    if (rest !== undefined) await scene.pause(rest)
  },
})

/** All at once: a frozen machine. */
const freeze =
  (...tasks: readonly MysqlTask[]) =>
  async (scene: Scene): Promise<void> => {
    await Promise.all(tasks.map((task) => scene.signal(scene.primary, task, 'SIGSTOP')))
    await scene.pause(scene.frozen)
    await scene.heal()
  }

const killContainers =
  (...tasks: readonly MysqlTask[]) =>
  async (scene: Scene): Promise<void> => {
    const { fleet, primary } = scene
    await Promise.all(tasks.map((task) => killContainer(fleet, primary.node, task, primary.allocation)))
    scene.note(`docker kill of ${tasks.join(' and ')} of ${primary.name}`)
  }

/** Faults of processes and containers. */
export const processFaults: readonly Fault[] = [
  fault('kill-mysqld', "SIGKILL to the primary's mysqld", 3, (scene) =>
    scene.signal(scene.primary, 'mysqld', 'SIGKILL'),
  ),
  fault(
    'kill-agent',
    "SIGKILL to the primary's agent",
    3,
    (scene) => scene.signal(scene.primary, 'agent', 'SIGKILL'),
    5,
  ),
  fault('kill-container', "docker kill of the primary's mysqld", 3, killContainers('mysqld')),
  fault('kill-group', "docker kill of the primary's mysqld and agent", 10, killContainers('mysqld', 'agent')),
  fault('stop-mysqld', "SIGSTOP to the primary's mysqld, then SIGCONT", 10, freeze('mysqld')),
  fault('stop-agent', "SIGSTOP to the primary's agent, then SIGCONT", 10, freeze('agent')),
  fault('stop-both', "SIGSTOP to the primary's mysqld and agent, then SIGCONT", 10, freeze('mysqld', 'agent')),
  fault('kill-replica', "SIGKILL to a replica's mysqld: nothing may wait for it", 3, async (scene) => {
    await scene.signal(scene.choose(scene.replicas), 'mysqld', 'SIGKILL')
    await scene.pause(3)
  }),
  fault(
    'two-faults',
    "SIGKILL to the primary's mysqld; as soon as another one writes, SIGKILL to that one's",
    10,
    async (scene) => {
      await scene.signal(scene.primary, 'mysqld', 'SIGKILL')
      await settle(scene)
      const recorded = await scene.group.recorded()
      const second = (await scene.group.instances()).find(({ name }) => name === recorded) ?? scene.primary
      // It may be down still, where the first one leads again.
      await scene.signal(second, 'mysqld', 'SIGKILL').catch((error: unknown) => scene.note(String(error)))
    },
  ),
]
