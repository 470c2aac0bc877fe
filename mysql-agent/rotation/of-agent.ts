import type { Agent } from '../agent.js'
import * as answers from '../answers.js'
import { readSettings } from '../settings.js'
import { Rotation } from './rotation.js'

/** How long an old password works when AGENT_ROTATION_GRACE says nothing usable, in seconds. */
const GRACE_SECONDS = 3600

/**
 * The rotation of an agent: `this.rotation = rotationOf(this)`, and once a round `await this.rotation()`. The grace is
 * AGENT_ROTATION_GRACE of the environment, in seconds.
 */
export function rotationOf(agent: Agent, env: NodeJS.ProcessEnv = process.env): () => Promise<void> {
  const { settings, mysqld, log } = agent
  const given = Number(env['AGENT_ROTATION_GRACE'] ?? GRACE_SECONDS)
  const rotation = new Rotation({
    passwords: settings.passwords,
    // The secrets' file is read anew; what else is in the environment can't have changed.
    read: () => readSettings(env).passwords,
    mysqld,
    socket: settings.socket,
    appUser: settings.appUser,
    graceSeconds: given > 0 ? given : GRACE_SECONDS,
    exclusive: (work) =>
      agent.exclusive(async () => {
        if (agent.standing().held) return false
        await work()
        return true
      }),
    log,
  })
  return async () => {
    const standing = agent.standing()
    if (standing.mysql === undefined) return
    await rotation.step(answers.primary(standing).status === 200)
  }
}
