import type { Agent } from './agent.js'
import type { Action } from './decide.js'
import { followersWith, waitCount } from './durability.js'
import { provision } from './mysqld/accounts.js'
import { clone, setAside } from './mysqld/clone.js'
import * as roles from './mysqld/roles.js'
import { received, type Observation, type Recorded } from './state.js'

type Step = Exclude<Action, { do: 'wait' }>

/**
 * Does the one thing that was decided.
 * @returns false when it could not be finished yet: the next round should not follow at once
 */
export async function act(agent: Agent, action: Step, seen: Observation): Promise<boolean | void> {
  const { mysqld, consul, settings } = agent
  switch (action.do) {
    case 'fence':
      agent.counters.fences++
      // Without a lease there is no time to be gentle.
      await roles.fence(mysqld, seen.lease.fence === undefined ? 1 : 0)
      return roles.afterFence(mysqld)
    case 'claim':
    case 'renew':
      return write(agent, action.do === 'renew' ? action.record : undefined, action.reason, seen)
    case 'detach':
      return roles.detach(mysqld, seen.mysql?.replica?.retrieved.toString() ?? '')
    case 'lead':
      return lead(agent, action, seen)
    case 'setWaitCount': {
      const raise = action.waitCount > action.record.value.waitCount
      if (raise) await roles.setWaitCount(mysqld, action.waitCount)
      if (raise && !(await receivedBy(agent, action.waitCount))) return false
      const value = { ...action.record.value, waitCount: action.waitCount }
      if (!(await consul.setPrimary(value, action.record.index))) return
      if (!raise) await roles.setWaitCount(mysqld, action.waitCount)
      agent.record = await consul.primary()
      return
    }
    case 'enter':
      await agent.enter(action.record)
      return
    case 'follow':
      if (await agent.enter(action.record))
        await roles.follow(mysqld, action.record.value, settings.passwords.replication)
      return
    case 'reconnect':
      await roles.reconnect(mysqld)
      return agent.looking.reconnects()
    case 'clone':
      return beginClone(agent, action)
  }
}

/**
 * Whether so many replicas have received all that is here: also what was acknowledged while fewer were waited for. Before that a promotion must not
 * believe in the higher number.
 */
async function receivedBy(agent: Agent, count: number): Promise<boolean> {
  // Newer than the raise: what is committed from then on waits for as many.
  const mysql = await agent.looking.fresh(3000)
  if (mysql === undefined) return false
  const peers = await agent.lookAt(await agent.consul.members(), 700)
  return count <= followersWith(mysql.executed, agent.self, peers)
}

async function lead(agent: Agent, action: Extract<Step, { do: 'lead' }>, seen: Observation): Promise<void> {
  const { mysqld, consul, self, settings } = agent
  if (action.first) await provision(mysqld, settings)
  // The record may have changed hands since this was decided: ask once more, at the quorum.
  if (!(await agent.stillPrimary())) return
  await roles.lead(mysqld, action.waitCount)
  agent.guard.writable = true
  // It may have taken long: the lease must still be there now.
  if (!agent.guard.lease.held) return roles.fence(mysqld, 0)
  const uuid = seen.mysql?.uuid ?? ''
  if (action.first) await consul.setInitialised({ instance: self.instance, uuid, at: new Date().toISOString() })
  await agent.looking.now()
  agent.hurry()
  void agent.remember('writable', action.reason, agent.guard.writerAbsentSeconds)
}

async function write(agent: Agent, old: Recorded | undefined, reason: string, seen: Observation): Promise<void> {
  const count = waitCount(agent.instances)
  const renewed = old && { ...old.value, renewals: (old.value.renewals ?? 0) + 1 }
  const base = (seen.mysql && received(seen.mysql).toString()) ?? ''
  const value = renewed ?? { ...agent.self, since: new Date().toISOString(), reason, waitCount: count, base }
  const won = await agent.consul.setPrimary(value, old?.index ?? 0)
  agent.record = await agent.consul.primary()
  if (won && old === undefined) await agent.remember('first primary', reason)
}

async function beginClone(agent: Agent, action: Extract<Step, { do: 'clone' }>): Promise<void> {
  const { settings, mysqld, looking } = agent
  const { mysql } = looking
  if (action.errant !== undefined && mysql !== undefined) {
    const place = await setAside(mysqld, settings.volume, {
      instance: settings.instance,
      executed: mysql.executed,
      errant: action.errant,
      reason: action.reason,
      now: new Date(),
    })
    agent.log.warn({ place, errant: action.errant.toString() }, 'transactions that the primary lacks are kept aside')
    await agent.remember('set aside', `${action.reason}: ${action.errant.toString()} in ${place}`)
  }
  looking.cloning = true
  looking.mysql = undefined
  agent.finishClone = async () => {
    try {
      await clone(mysqld, action.donor, settings.passwords.replication)
    } finally {
      looking.cloning = false
      agent.mysqld.close()
    }
    await agent.remember('cloned', `${action.reason}, from ${action.donor.instance}`)
  }
}
