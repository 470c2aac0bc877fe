import type { Logger } from 'pino'
import { act } from './act.js'
import * as answers from './answers.js'
import { Automatic } from './automatic.js'
import { now } from './clock.js'
import { Consul, type RoleService } from './consul.js'
import { decide, type Action } from './decide.js'
import { waitCount } from './durability.js'
import { lostAfter } from './failover.js'
import { Guard } from './guard.js'
import { Holding } from './holding.js'
import { Housekeeping } from './housekeeping.js'
import { Leader } from './leader.js'
import { leaseTimes, type LeaseTimes } from './lease.js'
import { Mysqld } from './mysqld/connection.js'
import { Looking } from './looking.js'
import { Membership } from './membership.js'
import { groupToken, Peers } from './peers.js'
import { rotationOf } from './rotation/index.js'
import { readInstances, type Settings } from './settings.js'
import type { Member, MysqlState, Observation, Peer, Recorded } from './state.js'
import { Turns } from './turn.js'

const leader = (record: Observation['record']): string => (typeof record === 'string' ? record : record.value.instance)

const isOlder = (found: Recorded | 'none', known: Observation['record']): boolean =>
  typeof known !== 'string' && (found === 'none' || found.index < known.index)

/** Counts since the agent's start, for `/metrics`. */
export interface Counters {
  rounds: number
  failedRounds: number
  failovers: number
  refusals: number
  fences: number
  secondsWithoutWriter: number
  readonly actions: Map<string, number>
}

/** The loop: look, decide, do one thing, again. */
export class Agent {
  readonly self: Member
  readonly mysqld: Mysqld
  readonly consul: Consul
  readonly peers: Peers
  readonly leader: Leader
  readonly guard: Guard
  readonly holding: Holding
  readonly automatic: Automatic
  readonly turns: Turns
  readonly looking: Looking
  readonly membership: Membership
  private readonly housekeeping: Housekeeping
  private readonly rotate: () => void
  readonly times: LeaseTimes
  readonly startedAt = now()
  readonly counters: Counters = {
    rounds: 0,
    failedRounds: 0,
    failovers: 0,
    refusals: 0,
    fences: 0,
    secondsWithoutWriter: 0,
    actions: new Map(),
  }

  private known: Observation['record'] = 'unknown'
  private leads = ''
  private leadsSince = now()
  initialised: boolean | undefined
  instances: number
  private divergedRounds = 0
  private tooFewRounds = 0
  private registered: string | undefined
  private registeredAt = 0
  private presenting: Promise<void> | undefined
  /** The recorded primary said in this round that it takes writes. */
  primaryWritable = false
  private doing = 'starting'
  private looks = new AbortController()
  private busy: Promise<unknown> = Promise.resolve()
  private wake: () => void = () => undefined
  private hurried = false
  private readonly ending = new AbortController()
  private lastLogged = ''

  constructor(
    readonly settings: Settings,
    readonly log: Logger,
  ) {
    const { instance, host, port, agentPort } = settings
    this.instances = settings.instances
    this.self = { instance, host, port, agentPort }
    this.times = leaseTimes(settings.leaseSeconds)
    this.mysqld = new Mysqld(settings, () => this.hurry())
    this.consul = new Consul(settings.consul, settings.consulToken)
    this.peers = new Peers(groupToken(settings.passwords.agent))
    this.leader = new Leader(this.consul, instance, log)
    this.guard = new Guard(this)
    this.holding = new Holding(settings.holdSeconds)
    this.automatic = new Automatic(this)
    this.looking = new Looking(this.mysqld, settings.socket, settings.volume)
    this.turns = new Turns(this.consul, instance, settings.holdSeconds)
    this.membership = new Membership(this.consul, this.self)
    this.housekeeping = new Housekeeping(this)
    this.rotate = rotationOf(this)
  }

  /** Runs until `stop` is called. */
  async run(): Promise<void> {
    const { signal } = this.ending
    const watching = Promise.all([this.watch(), this.leader.watch(signal, () => this.hurry()), this.guard.run(signal)])
    while (!signal.aborted) {
      const again = await this.round()
      if (!again) await this.pause()
    }
    await watching
    await this.leader.release('its agent stops')
    await this.consul.deregister(this.self.instance).catch(() => undefined)
    this.mysqld.close()
  }

  /** Hands the primary's role over if it is here, then ends `run`. */
  async stop(): Promise<void> {
    await this.automatic
      .handOver('its agent is being stopped')
      .catch((error: unknown) => this.log.warn({ error: String(error) }, 'stops without handing over'))
    this.ending.abort()
    this.wake()
  }

  /** Starts the next round at once. */
  hurry(): void {
    this.hurried = true
    this.wake()
  }

  private pause(): Promise<void> {
    if (this.hurried) {
      this.hurried = false
      return Promise.resolve()
    }
    const due = lostAfter(this.leader.lock, this.times)
    const seconds = Math.min(this.settings.intervalSeconds, due > 0 ? due + 0.01 : Infinity)
    return new Promise((resolve) => {
      const end = (): void => {
        // A call that comes during the next round is for the pause after it.
        this.wake = () => undefined
        this.hurried = false
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(end, seconds * 1000)
      this.wake = end
    })
  }

  /** Who is the primary, as far as this agent has heard. */
  get record(): Observation['record'] {
    return this.known
  }

  set record(record: Observation['record']) {
    const before = this.known
    this.known = record
    if (JSON.stringify(record) !== JSON.stringify(before)) this.hurry()
    const leads = leader(record)
    // Without Consul whoever led still does.
    if (record === 'unknown' || leads === this.leads) return
    this.leads = leads
    this.leadsSince = now()
    this.looking.newSource()
    // A round that waits for the old primary's answer need not wait any longer.
    this.looks.abort()
    this.looks = new AbortController()
  }

  /** Seconds since this agent heard who leads. */
  get leadsSeconds(): number {
    return now() - this.leadsSince
  }

  /** Follows the primary's record; its loss is seen as 'unknown'. */
  private async watch(): Promise<void> {
    let index = 0
    while (!this.ending.signal.aborted) {
      try {
        const found = await this.consul.primaryChange(index, this.ending.signal)
        index = found.index
        // The server that answered may be behind what this agent knows: its quorum is asked then.
        this.record = isOlder(found.record, this.record) ? await this.consul.primary() : found.record
      } catch (error) {
        if (this.ending.signal.aborted) return
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
      const held = this.holding.count
      const seen = await this.observe()
      const action = decide(seen)
      this.doing = action.do === 'wait' ? action.reason : `${action.do}: ${action.reason}`
      this.note(action)
      // Nothing is between a promotion and the first write but what it needs.
      if (action.do !== 'detach' && action.do !== 'lead') await this.tell(seen)
      if (action.do === 'wait') return await this.automatic.consider(seen)
      this.counters.actions.set(action.do, (this.counters.actions.get(action.do) ?? 0) + 1)
      // A promotion that has put this instance on hold since then must not be undone by an older decision.
      const may = (): boolean => this.holding.count === held || action.do === 'fence'
      const done = await this.exclusive(async () => (may() ? act(this, action, seen) : undefined))
      if (this.looking.cloning) await this.finishClone()
      return done !== false
    } catch (error) {
      this.counters.failedRounds++
      // A donor serves one clone at a time: the next round asks again.
      if (String(error).includes('Too many concurrent clone')) this.log.info('the donor is busy with another clone')
      else this.log.error({ error: String(error), doing: this.doing }, 'a round failed')
      return false
    }
  }

  private async tell(seen: Observation): Promise<void> {
    await this.housekeeping.round(seen).catch((error: unknown) => this.log.warn({ error: String(error) }, 'not said'))
    // Beside the rounds: a Consul that has no leader may take seconds to say so.
    this.presenting ??= this.present(seen)
      .catch((error: unknown) => this.log.warn({ error: String(error) }, 'not registered'))
      .finally(() => (this.presenting = undefined))
    this.rotate()
  }

  /** The part of a clone that takes long: a promotion can pass this instance by meanwhile. */
  finishClone: () => Promise<void> = () => Promise.resolve()

  /** One at a time: steps of the loop, and steps that another agent's promotion asks for. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.busy.then(work)
    this.busy = mine.catch(() => undefined)
    return mine
  }

  private note(action: Action): void {
    const line = `${action.do} ${action.reason}`
    if (line === this.lastLogged) return
    this.lastLogged = line
    this.log.info({ action: action.do, reason: action.reason }, 'decision')
  }

  private async observe(): Promise<Observation> {
    this.instances = readInstances(this.settings.instancesFile) ?? this.instances
    const mysql = await this.looking.now()
    await this.guard.keep()
    const record = this.record
    if (record !== 'unknown') await this.meet(record, mysql)
    const peers = await this.lookAround(record)
    const primary = peers.find((peer) => typeof record !== 'string' && peer.member.instance === record.value.instance)
    this.primaryWritable = primary?.answer?.mysql?.readOnly === false
    const theirs = primary?.answer?.mysql
    const diverged = mysql !== undefined && theirs !== undefined && !theirs.executed.contains(mysql.executed)
    const following = mysql?.replica?.receiver === 'on' && mysql.replica.applier
    this.divergedRounds = diverged && !following ? this.divergedRounds + 1 : 0
    const attached = mysql?.semiSync.replicas ?? 0
    this.tooFewRounds = attached < waitCount(this.instances) ? this.tooFewRounds + 1 : 0
    return {
      self: this.self,
      instances: this.instances,
      mysql,
      record,
      initialised: this.initialised,
      hold: this.holding.current,
      lease: this.guard.lease,
      leaving: this.looking.leaving,
      full: this.looking.room.full,
      whenTooFew: this.settings.whenTooFew,
      tooFewRounds: this.tooFewRounds,
      peers,
      divergedRounds: this.divergedRounds,
      follows: this.membership.follows,
      connectingSeconds: this.looking.connectingSeconds,
    }
  }

  /** Makes this instance known, and finds out whether the group was ever set up. */
  private async meet(record: Recorded | 'none', mysql: MysqlState | undefined): Promise<void> {
    if (this.initialised !== true) this.initialised = await this.consul.initialised()
    if (this.looking.leaving) return
    // Whoever leads follows nobody, once its channel is gone.
    const leads = leader(record) === this.self.instance && mysql !== undefined && mysql.replica === undefined
    const refreshed = this.membership.refresh(leads)
    // Later a round goes on without it: Consul may have no leader.
    if (!this.membership.known) return refreshed
    refreshed.catch((error: unknown) => this.log.warn({ error: String(error) }, 'the members were not looked at'))
  }

  /** Says that this instance follows the recorded primary. @returns false when the record has changed: look again */
  async enter(record: Recorded): Promise<boolean> {
    if (this.follows === record.value.instance) return true
    const entered = await this.membership.enter(record)
    this.record = await this.consul.primary()
    return entered
  }

  get members(): readonly Member[] {
    return this.membership.members
  }

  /** Whom this instance follows as the others know it. */
  get follows(): string | undefined {
    return this.membership.follows
  }

  /** The primary alone where that is enough, everybody where a choice has to be made. */
  private async lookAround(record: Observation['record']): Promise<Peer[]> {
    if (record === 'unknown') return []
    if (record !== 'none' && record.value.instance === this.self.instance) return []
    if (record === 'none') return this.lookAt(await this.consul.members())
    const [primary] = await this.lookAt([record.value], this.patience)
    const source = primary?.answer?.mysql
    const { mysql } = this.looking
    if (primary === undefined || source === undefined || mysql === undefined || source.superReadOnly)
      return primary ? [primary] : []
    const whole = !mysql.executed.isEmpty && mysql.executed.contains(source.purged)
    if (whole && source.executed.contains(mysql.executed)) return [primary]
    // Its data will be replaced: by a copy of whom?
    const others = this.members.filter((member) => member.instance !== record.value.instance)
    return [primary, ...(await this.lookAt(others))]
  }

  /** Milliseconds that the primary has to answer a round: a failover that is due must not wait for it. */
  private get patience(): number {
    const { silentSeconds, held } = this.leader.lock
    if (!held) return 700
    const left = this.times.take - silentSeconds
    return silentSeconds > this.times.beat * 1.5 ? Math.min(1500, Math.max(300, left * 1000)) : 1500
  }

  /** Asks the agents of others at the same time. */
  lookAt(members: readonly Member[], timeout = 1500): Promise<Peer[]> {
    return Promise.all(
      members
        .filter((member) => member.instance !== this.self.instance)
        .map((member) => this.peers.look(member, timeout, this.looks.signal)),
    )
  }

  /** True while the record is still the one that a promotion began with. */
  get held(): boolean {
    return this.holding.keeps(this.record)
  }

  /** Asks the quorum who the primary is. @returns true when it is this instance, and no promotion is under way */
  async stillPrimary(): Promise<boolean> {
    this.record = await this.consul.primary()
    return !this.held && typeof this.record !== 'string' && this.record.value.instance === this.self.instance
  }

  async remember(event: string, reason: string, seconds?: number): Promise<void> {
    const at = new Date().toISOString()
    await this.consul
      .addHistory({ at, event, to: this.self.instance, reason, seconds })
      .catch((error: unknown) => this.log.warn({ event, error: String(error) }, 'Consul did not take the history'))
  }

  /** Registers what this instance is in Consul; again each minute, in case its Consul agent has lost it. */
  private async present(seen: Observation): Promise<void> {
    if (typeof seen.record === 'string') return
    const mine = seen.record.value.instance === this.self.instance
    const role: RoleService['name'] = mine ? 'mysql-primary' : 'mysql-replica'
    if (this.registered === role && now() - this.registeredAt < 60) return
    await this.consul.register({ name: role, checkPath: mine ? '/primary' : '/replica?max_lag=5s' }, this.self)
    this.registered = role
    this.registeredAt = now()
  }

  /** Somebody takes writes, as far as this agent has seen. */
  get writerSeen(): boolean {
    const mine = typeof this.record !== 'string' && this.record.value.instance === this.self.instance
    return mine ? answers.primary(this.standing()).status === 200 : this.primaryWritable
  }

  /** What the HTTP answers are made from. */
  standing(): answers.Standing {
    return {
      mysql: this.looking.cloning ? undefined : this.looking.mysql,
      record: this.record,
      instance: this.self.instance,
      held: this.held && this.holding.current?.expired === false,
      fence: this.guard.lease.fence,
      primaryWritable: this.primaryWritable,
      doing: this.doing,
      ageSeconds: this.looking.ageSeconds,
    }
  }
}
