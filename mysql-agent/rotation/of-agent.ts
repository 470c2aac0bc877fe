import type { Agent } from '../agent.js'
import * as answers from '../answers.js'
import { readPasswords } from '../settings.js'
import { Rotation } from './rotation.js'

/** The rotation of an agent, to be called once a round and not waited for: what it does may take as long as a commit does. */
export function rotationOf(agent: Agent): () => void {
  const { settings, mysqld, log } = agent
  const rotation = new Rotation({
    passwords: settings.passwords,
    read: () => readPasswords(settings.passwordsFile),
    mysqld,
    socket: settings.socket,
    appUser: settings.appUser,
    graceSeconds: settings.rotationGraceSeconds,
    exclusive: (work) => agent.exclusive(async () => !agent.standing().held && (await work())),
    log,
  })
  let stepping: Promise<void> | undefined
  return () => {
    const standing = agent.standing()
    const { mysql } = standing
    // Without mysqld, or in the middle of a clone, there is nobody to ask.
    if (mysql === undefined || agent.looking.leaving) return
    if (mysql.executed.isEmpty) return rotation.begin()
    // A statement about accounts that waits for a replica keeps every new connection out: only where the replicas are there.
    const { source, replicas, waitCount } = mysql.semiSync
    const leads = answers.primary(standing).status === 200 && (!source || replicas >= waitCount)
    stepping ??= rotation.step(leads).finally(() => (stepping = undefined))
  }
}
