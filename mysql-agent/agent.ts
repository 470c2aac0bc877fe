import type { Logger } from 'pino'
import type { Standing } from './answers.js'
import { Consul, type RoleService } from './consul.js'
import { decide, type Action } from './decide.js'
import { waitCount } from './durability.js'
import { provision } from './mysqld/accounts.js'
import { clone, setAside } from './mysqld/clone.js'
import { Mysqld } from './mysqld/connection.js'
import { look } from './mysqld/look.js'
import * as roles from './mysqld/roles.js'
import { groupToken, Peers } from './peers.js'
import { readInstances, type Settings } from './settings.js'
import type { Hold, Member, MysqlState, Observation, Peer, Recorded } from './state.js'

/** Counts since the agent's start, for `/metrics`. */
export interface Counters {
  rounds: number
  failedRounds: number
  readonly actions: Map<string, number>
}

/** The loop: look, decide, do one thing, again. */
export class Agent {
  readonly self: Member
  readonly mysqld: Mysqld
  readonly consul: Consul
  readonly peers: Peers
  readonly counters: Counters = { rounds: 0, failedRounds: 0, actions: new Map() }

  private record: Observation['record'] = 'unknown'
  private initialised: boolean | undefined
  private instances: number
  private hold: { reason: string; index: number; until: number } | undefined
  private divergedRounds = 0
  private joined = false
  private registered: string | undefined
  private registeredAt = 0
  private mysql: MysqlState | undefined
  private primaryWritable = false
  private doing = 'starting'
  private cloning = false
  private lookedAt = 0
  private wake: () => void = () => undefined
  private readonly stopping = new AbortController()
  private lastLogged = ''

  constructor(
    readonly settings: Settings,
    readonly log: Logger,
  ) {
    const { instance, host, port, agentPort } = settings
    this.instances = settings.instances
    this.self = { instance, host, port, agentPort }
    this.mysqld = new Mysqld(settings)
    this.consul = new Consul(settings.consul, settings.consulToken)
    this.peers = new Peers(groupToken(settings.passwords.agent))
  }

  /** Runs until `stop` is called. */
  async run(): Promise<void> {
    const watching = this.watch()
    while (!this.stopping.signal.aborted) {
      const again = await this.round()
      if (!again) await this.pause()
    }
    await watching
    await this.consul.deregister(this.self.instance).catch(() => undefined)
    this.mysqld.close()
  }

  stop(): void {
    this.stopping.abort()
    this.wake()
  }

  /** Starts the next round at once. */
  hurry(): void {
    this.wake()
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.settings.intervalSeconds * 1000)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Follows the primary's record; its loss is seen as 'unknown'. */
  private async watch(): Promise<void> {
    let index = 0
    while (!this.stopping.signal.aborted) {
      try {
        const found = await this.consul.primaryChange(index, this.stopping.signal)
        index = found.index
        const changed = JSON.stringify(found.record) !== JSON.stringify(this.record)
        this.record = found.record
        if (changed) this.wake()
      } catch (error) {
        if (this.stopping.signal.aborted) return
        this.record = 'unknown'
        this.log.warn({ error: String(error) }, 'Consul does not answer')
        await new Promise((resolve) => setTimeout(resolve, 1000))
      }
    }
  }

  /** One round. @returns true when the next should follow at once */
  private async round(): Promise<boolean> {
    this.counters.rounds++
    try {
      const seen = await this.observe()
      const action = decide(seen)
      this.doing = action.do === 'wait' ? action.reason : `${action.do}: ${action.reason}`
      this.note(action)
      await this.present(seen).catch((error: unknown) => this.log.warn({ error: String(error) }, 'not registered'))
      if (action.do === 'wait') return false
      this.counters.actions.set(action.do, (this.counters.actions.get(action.do) ?? 0) + 1)
      await this.apply(action, seen)
      return true
    } catch (error) {
      this.counters.failedRounds++
      // A donor serves one clone at a time: the next round asks again.
      if (String(error).includes('Too many concurrent clone')) this.log.info('the donor is busy with another clone')
      else this.log.error({ error: String(error), doing: this.doing }, 'a round failed')
      return false
    }
  }

  private note(action: Action): void {
    const line = `${action.do} ${action.reason}`
    if (line === this.lastLogged) return
    this.lastLogged = line
    this.log.info({ action: action.do, reason: action.reason }, 'decision')
  }

  /** Looks at mysqld now; `undefined` when it doesn't answer. */
  async lookNow(): Promise<MysqlState | undefined> {
    if (this.cloning) return undefined
    this.mysql = await look(this.mysqld).catch(() => undefined)
    this.lookedAt = Date.now()
    return this.mysql
  }

  private async observe(): Promise<Observation> {
    this.instances = readInstances(this.settings.instancesFile) ?? this.instances
    const mysql = await this.lookNow()
    const record = this.record
    if (record !== 'unknown') await this.meet()
    const peers = await this.lookAround(record)
    const primary = peers.find((peer) => typeof record !== 'string' && peer.member.instance === record.value.instance)
    this.primaryWritable = primary?.answer?.mysql?.readOnly === false
    const theirs = primary?.answer?.mysql
    const diverged = mysql !== undefined && theirs !== undefined && !theirs.executed.contains(mysql.executed)
    const following = mysql?.replica?.receiver === 'on' && mysql.replica.applier
    this.divergedRounds = diverged && !following ? this.divergedRounds + 1 : 0
    return {
      self: this.self,
      instances: this.instances,
      mysql,
      record,
      initialised: this.initialised,
      hold: this.currentHold(),
      peers,
      divergedRounds: this.divergedRounds,
    }
  }

  /** Makes this instance known, and finds out whether the group was ever set up. */
  private async meet(): Promise<void> {
    if (!this.joined) {
      await this.consul.join(this.self)
      this.joined = true
    }
    if (this.initialised !== true) this.initialised = await this.consul.initialised()
  }

  /** The primary alone where that is enough, everybody where a choice has to be made. */
  private async lookAround(record: Observation['record']): Promise<Peer[]> {
    if (record === 'unknown') return []
    if (record !== 'none' && record.value.instance === this.self.instance) return []
    const replica = this.mysql?.replica
    const following = replica?.receiver === 'on' && replica.applier
    const members = record !== 'none' && following ? [record.value] : await this.consul.members()
    return Promise.all(
      members
        .filter((member) => member.instance !== this.self.instance)
        .map(({ instance, host, port, agentPort }) => this.peers.look({ instance, host, port, agentPort })),
    )
  }

  private currentHold(): Hold | undefined {
    const hold = this.hold
    return hold && { reason: hold.reason, index: hold.index, expired: Date.now() > hold.until }
  }

  /** Puts this instance on hold for a promotion that began with the record at `index`. */
  holdFor(reason: string, index: number): void {
    this.hold = { reason, index, until: Date.now() + this.settings.holdSeconds * 1000 }
  }

  /**
   * The promotion was given up. The hold counts as expired from now on, so that a primary renews the record before it leads again: a
   * compare-and-set of that promotion which is still on its way then fails.
   */
  release(): void {
    if (this.hold !== undefined) this.hold.until = 0
    this.wake()
  }

  private async apply(action: Exclude<Action, { do: 'wait' }>, seen: Observation): Promise<void> {
    const { mysqld, consul, self, settings } = this
    switch (action.do) {
      case 'fence':
        return roles.fence(mysqld)
      case 'claim':
      case 'renew':
        return this.write(action.do === 'renew' ? action.record : undefined, action.reason)
      case 'detach':
        return roles.detach(mysqld, seen.mysql?.replica?.retrieved.toString() ?? '')
      case 'lead': {
        if (action.first) await provision(mysqld, settings)
        // The record may have changed hands since this was decided: ask once more, at the quorum.
        if (!(await this.stillPrimary())) return
        await roles.lead(mysqld, action.waitCount)
        const uuid = seen.mysql?.uuid ?? ''
        if (action.first) await consul.setInitialised({ instance: self.instance, uuid, at: new Date().toISOString() })
        return this.remember('writable', action.reason)
      }
      case 'setWaitCount': {
        const raise = action.waitCount > action.record.value.waitCount
        if (raise) await roles.setWaitCount(mysqld, action.waitCount)
        const value = { ...action.record.value, waitCount: action.waitCount }
        if (!(await consul.setPrimary(value, action.record.index))) return
        if (!raise) await roles.setWaitCount(mysqld, action.waitCount)
        return this.refresh()
      }
      case 'follow':
        return roles.follow(mysqld, action.source, settings.passwords.replication)
      case 'clone':
        return this.cloneFrom(action)
    }
  }

  private async stillPrimary(): Promise<boolean> {
    await this.refresh()
    return !this.onHold() && typeof this.record !== 'string' && this.record.value.instance === this.self.instance
  }

  /** True while the record is still the one that a promotion began with. */
  private onHold(): boolean {
    return this.hold !== undefined && typeof this.record !== 'string' && this.record.index === this.hold.index
  }

  private async refresh(): Promise<void> {
    this.record = await this.consul.primary()
  }

  private async write(old: Recorded | undefined, reason: string): Promise<void> {
    const count = waitCount(this.instances)
    const value = old?.value ?? { ...this.self, since: new Date().toISOString(), reason, waitCount: count }
    const won = await this.consul.setPrimary({ ...value, reason }, old?.index ?? 0)
    await this.refresh()
    if (won && old === undefined) await this.remember('first primary', reason)
  }

  private async remember(event: string, reason: string): Promise<void> {
    const at = new Date().toISOString()
    await this.consul.addHistory({ at, event, to: this.self.instance, reason }).catch(() => undefined)
  }

  private async cloneFrom(action: Extract<Action, { do: 'clone' }>): Promise<void> {
    const { settings, mysqld } = this
    if (action.errant !== undefined && this.mysql !== undefined) {
      const place = await setAside(mysqld, settings.volume, {
        instance: settings.instance,
        executed: this.mysql.executed,
        errant: action.errant,
        reason: action.reason,
        now: new Date(),
      })
      this.log.warn({ place, errant: action.errant.toString() }, 'transactions that the primary lacks are kept aside')
      await this.remember('set aside', `${action.reason}: ${action.errant.toString()} in ${place}`)
    }
    this.cloning = true
    this.mysql = undefined
    try {
      await clone(mysqld, action.donor, settings.passwords.replication)
    } finally {
      this.cloning = false
      this.mysqld.close()
    }
    await this.remember('cloned', `${action.reason}, from ${action.donor.instance}`)
  }

  /** Registers what this instance is in Consul; again each minute, in case its Consul agent has lost it. */
  private async present(seen: Observation): Promise<void> {
    if (typeof seen.record === 'string') return
    const mine = seen.record.value.instance === this.self.instance
    const role: RoleService['name'] = mine ? 'mysql-primary' : 'mysql-replica'
    if (this.registered === role && Date.now() - this.registeredAt < 60_000) return
    await this.consul.register({ name: role, checkPath: mine ? '/primary' : '/replica?max_lag=5s' }, this.self)
    this.registered = role
    this.registeredAt = Date.now()
  }

  /** What the HTTP answers are made from. */
  standing(): Standing {
    return {
      mysql: this.cloning ? undefined : this.mysql,
      record: this.record,
      instance: this.self.instance,
      held: this.onHold() && Date.now() <= (this.hold?.until ?? 0),
      primaryWritable: this.primaryWritable,
      doing: this.doing,
      ageSeconds: this.cloning ? 0 : (Date.now() - this.lookedAt) / 1000,
    }
  }
}
