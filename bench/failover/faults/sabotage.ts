import { createConnection } from 'mysql2/promise'
import type { Fault } from './scene'

/** Not a fault but a broken fence, to see that the drill finds it: only when it is named. */
export const sabotage: readonly Fault[] = [
  {
    name: 'sabotage',
    what: 'a replica is made writable behind the frozen back of its agent: the drill MUST fail (only when named)',
    onPurpose: true,
    run: async (scene) => {
      const victim = scene.choose(scene.replicas)
      const { Items } = await scene.group.nomad.get<{ Items: Record<string, string> }>('/var/shoal/mysql')
      await scene.signal(victim, 'agent', 'SIGSTOP')
      const root = await createConnection({
        socketPath: victim.socket,
        user: 'root',
        password: Items['root_password'],
      })
      await root.query('SET GLOBAL super_read_only = OFF')
      await root.query('SET GLOBAL read_only = OFF')
      root.destroy()
      scene.note(`${victim.name} takes writes that nobody else gets`)
      await scene.pause(2)
      await scene.heal()
    },
  },
]
