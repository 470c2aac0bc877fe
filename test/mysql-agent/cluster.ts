import { decide } from '../../mysql-agent/decide.js'
import { waitCount } from '../../mysql-agent/durability.js'
import { CUT_SECONDS, failover, suspect } from '../../mysql-agent/failover.js'
import { GtidSet } from '../../mysql-agent/gtid.js'
import { leaseTimes, mustFence } from '../../mysql-agent/lease.js'
import { choose } from '../../mysql-agent/promotion.js'
import type { MysqlState, Recorded } from '../../mysql-agent/state.js'
import type { Lock, Node, Promotion } from './cluster-parts'
import { member, record } from './fixtures'

export type Event = readonly [kind: number, at: number, chance: number]
export const KINDS = 70
/** What can be broken on purpose. */
export type Broken = 'nothing' | 'fence' | 'choice' | 'enter' | 'left' | 'base'
const TIMES = leaseTimes(3)

/**
 * A group in memory: the agents' real decisions and the real choice of a candidate, over a simulated mysqld, Consul and network, in
 * which everything may be late, lost, cut off or restarted. It throws when a promise is broken.
 */
export class Cluster {
  readonly nodes: Node[]
  private record: Recorded
  private acknowledged = GtidSet.EMPTY
  private promotions: Promotion[] = []
  private begun = 0
  private time = 0
  private readonly lock: Lock = { holder: 'n1', changedAt: 0 }
  acknowledgements = 0
  handovers = 0
  failovers = 0
  fences = 0

  constructor(
    readonly size: number,
    private readonly broken: Broken = 'nothing',
  ) {
    const first = '00000000-0000-0000-0000-000000000000:1'
    this.record = { value: { ...record('n1', waitCount(size)), base: first }, index: 1 }
    // One more than the group's size: a new instance, which takes the place of one that is away.
    this.nodes = Array.from({ length: size + 1 }, (_, at) => ({
      name: `n${at + 1}`,
      uuid: `0000000${at}-0000-0000-0000-000000000000`,
      up: true,
      cut: false,
      readOnly: at > 0,
      executed: at < size ? GtidSet.parse(first) : GtidSet.EMPTY,
      source: at > 0 && at < size ? 'n1' : undefined,
      receiving: at > 0 && at < size,
      entry: { follows: at > 0 && at < size ? 'n1' : '' },
      heard: this.record,
      hold: undefined,
      diverged: 0,
      written: 1,
      frozen: false,
      goodAt: 0,
      taken: false,
      receivedAt: 0,
    }))
  }

  private node(name: string): Node {
    const found = this.nodes.find((node) => node.name === name)
    if (found === undefined) throw new Error(`no ${name}`)
    return found
  }

  private state(node: Node): MysqlState {
    const source = node.source === undefined ? undefined : this.node(node.source)
    const connected = node.receiving && source?.up === true && !source.cut && !node.cut
    return {
      uuid: node.uuid,
      executed: node.executed,
      purged: GtidSet.EMPTY,
      readOnly: node.readOnly,
      superReadOnly: node.readOnly,
      offline: false,
      replica: source && {
        host: member(source.name).host,
        port: 3310,
        receiver: connected ? 'on' : node.receiving ? 'connecting' : 'off',
        applier: true,
        lagSeconds: 0,
        retrieved: GtidSet.EMPTY,
        error: '',
      },
      semiSync: { source: !node.readOnly, waitCount: waitCount(this.size), replicas: 0 },
    }
  }

  private reach(from: Node, to: Node): boolean {
    return to.up && !from.cut && !to.cut
  }

  private replicasOf(node: Node): Node[] {
    return this.nodes.filter((one) => one.source === node.name && one.receiving && one.up && this.reach(one, node))
  }

  private canAcknowledge(node: Node): boolean {
    return node.up && !node.readOnly && this.replicasOf(node).length >= waitCount(this.size)
  }

  step([kind, at, chance]: Event): void {
    const node = this.nodes[at % this.nodes.length]!
    this.time += chance / 15
    for (const one of this.nodes) if (this.state(one).replica?.receiver === 'on') one.receivedAt = this.time
    const promotion = this.promotions[at % Math.max(1, this.promotions.length)]
    if (kind < 14 && !node.frozen) this.round(node)
    else if (kind < 23) this.write(this.nodes.filter((one) => one.up && !one.readOnly)[at % 2] ?? node, chance)
    else if (kind < 31 && !node.cut) node.heard = this.record
    else if (kind === 31 && (!node.up || chance < 0.2)) this.crash(node)
    else if (kind === 32) node.cut = !node.cut && chance < 0.2
    else if (kind === 33 && node.hold !== undefined) node.hold.expired = true
    else if (kind === 34) this.begin()
    else if (kind > 67) this.stop(node, chance)
    else if (((kind > 34 && kind < 42) || kind > 53) && promotion !== undefined) this.promote(promotion, chance)
    else if (kind > 41 && kind < 47 && !node.frozen) this.beat(node)
    else if (kind > 46 && kind < 50 && !node.frozen) this.guard(node)
    else if (kind > 49 && kind < 52 && !node.frozen) this.automatic(node)
    else if (kind === 52) node.frozen = !node.frozen && chance < 0.3
    else if (kind === 53 && chance < 0.2) this.time += 5
    const able = this.nodes.filter((one) => this.canAcknowledge(one))
    if (able.length > 1) throw new Error(`two can acknowledge: ${able.map((one) => one.name).join(', ')}`)
  }

  /** As leader.ts does it: only the recorded primary takes the lock, and ends a session of somebody else that has it. */
  private beat(node: Node): void {
    if (!node.up || node.cut || node.heard.value.instance !== node.name) return
    node.taken = this.record.value.instance !== node.name && this.lock.holder !== node.name
    if (node.taken) return
    this.lock.holder = node.name
    this.lock.changedAt = node.goodAt = this.time
  }

  private why(node: Node): string | undefined {
    const confirmed = this.replicasOf(node).filter((one) => !one.frozen && one.hold?.index !== this.record.index).length
    const { taken } = node
    const age = this.time - node.goodAt
    return mustFence({ writable: !node.readOnly, age, taken, confirmed, instances: this.size, times: TIMES })
  }

  private guard(node: Node): void {
    if (!node.up || this.why(node) === undefined) return
    node.readOnly = true
    this.fences++
  }

  /** The real decision to fail over, by what this node sees. */
  private automatic(node: Node): void {
    if (node.cut || !node.up) return
    const view = {
      self: member(node.name),
      record: node.heard,
      initialised: true,
      instances: this.size,
      mysql: this.state(node),
      held: node.hold?.index === node.heard.index,
      leaving: false,
      leadsSeconds: 100,
      lock: {
        instance: this.lock.holder,
        held: this.lock.holder !== undefined,
        released: undefined,
        silentSeconds: this.time - this.lock.changedAt,
        beatSeconds: this.time - this.lock.changedAt,
        everAlive: true,
      },
      upSeconds: 100,
      lostSeconds: this.time - node.receivedAt,
      primaryAnswers: this.reach(node, this.node(node.heard.value.instance)),
      primaryWorks: false,
      refusedSeconds: Infinity,
      times: TIMES,
    }
    const suspicion = suspect(view)
    if (suspicion === undefined) return
    const others = this.nodes
      .filter((one) => one !== node && one.name !== node.heard.value.instance)
      .map((one) => ({
        member: member(one.name),
        answer:
          this.reach(node, one) && !one.frozen
            ? { mysql: this.state(one), held: false, lostSeconds: this.time - one.receivedAt }
            : undefined,
      }))
    if (!failover(view, { ...suspicion, forSeconds: CUT_SECONDS }, others).go) return
    this.failovers++
    // One more at a time is enough of a race.
    if (this.promotions.length < 2) this.begin()
  }

  private crash(node: Node): void {
    node.up = !node.up
    node.readOnly = true
    node.receiving = false
  }

  /** In order: what it had is known. */
  private stop(node: Node, chance: number): void {
    if (!node.up || !node.readOnly || node.cut || node.frozen || chance < 0.5) return
    node.up = node.receiving = false
    node.entry = { follows: node.entry.follows, left: node.executed }
  }

  /** As in Consul: the record gets a new index together with the entry, or nothing happens. @returns false then */
  private enter(node: Node, record: Recorded): boolean {
    if (node.cut || (record.index !== this.record.index && this.broken !== 'enter')) return false
    if (this.broken !== 'enter') this.record = { value: this.record.value, index: this.record.index + 1 }
    node.entry = { follows: record.value.instance, left: this.broken === 'left' ? node.entry.left : undefined }
    node.heard = this.record
    return true
  }

  private write(node: Node, chance: number): void {
    if (!node.up || node.readOnly) return
    const id = GtidSet.parse(`${node.uuid}:${++node.written}`)
    node.executed = node.executed.union(id)
    const got = this.replicasOf(node).filter((_, at) => ((chance * 1000) >> at) % 2 === 0)
    for (const replica of got) replica.executed = replica.executed.union(node.executed)
    if (got.length < waitCount(this.size)) return
    const lost = this.acknowledged.minus(node.executed)
    if (!lost.isEmpty) throw new Error(`${node.name} acknowledges, but lacks ${lost.toString()}`)
    this.acknowledged = this.acknowledged.union(id)
    this.acknowledgements++
  }

  private round(node: Node): void {
    const peers = this.nodes
      .filter((one) => one !== node)
      .map((one) => ({
        member: member(one.name),
        answer: this.reach(node, one) ? { mysql: this.state(one), held: false } : undefined,
      }))
    const primary = peers.find((one) => one.member.instance === node.heard.value.instance)?.answer?.mysql
    node.diverged = primary !== undefined && !primary.executed.contains(node.executed) ? node.diverged + 1 : 0
    const action = decide({
      self: member(node.name),
      instances: this.size,
      mysql: node.up ? this.state(node) : undefined,
      record: node.cut ? 'unknown' : node.heard,
      initialised: true,
      hold: node.hold && { reason: 'promotion', ...node.hold },
      lease: { held: this.time - node.goodAt <= TIMES.lease && !node.taken, fence: this.why(node) },
      leaving: false,
      whenTooFew: 'block',
      tooFewRounds: 0,
      peers,
      divergedRounds: node.diverged,
      connectingSeconds: 0,
      follows: node.entry.left === undefined || this.broken === 'left' ? node.entry.follows : undefined,
    })
    switch (action.do) {
      case 'fence':
        node.readOnly = true
        return
      case 'renew':
        if (this.record.index === action.record.index)
          this.record = { value: this.record.value, index: this.record.index + 1 }
        node.heard = this.record
        return
      case 'detach':
        node.source = undefined
        node.receiving = false
        return
      case 'lead':
        // As the agent does it: the record is read again, at the quorum, and a hold on it forbids.
        node.heard = this.record
        if (node.heard.value.instance === node.name && node.hold?.index !== node.heard.index) node.readOnly = false
        if (this.time - node.goodAt > TIMES.lease) node.readOnly = true
        if (!node.readOnly) node.entry = { follows: '' }
        return
      case 'enter':
        this.enter(node, action.record)
        return
      case 'follow':
        if (node.entry.left !== undefined || node.entry.follows !== action.record.value.instance) {
          // It follows in a later round: anything may come between.
          this.enter(node, action.record)
          if (this.broken !== 'left') return
        }
        node.source = action.record.value.instance
        node.receiving = true
        node.executed = node.executed.union(this.node(node.source).executed)
        return
      case 'clone': {
        const donor = this.node(action.donor.instance)
        if (this.reach(node, donor)) node.executed = donor.executed
        node.source = undefined
        node.receiving = false
        return
      }
    }
  }

  private begin(): void {
    if (this.promotions.length > 2) this.promotions.shift()
    const { index, value } = this.record
    const entries = new Map(this.nodes.map(({ name, entry }) => [name, entry]))
    const id = ++this.begun
    this.promotions.push({ id, index, old: value, entries, fenced: undefined, seen: new Map(), stage: 'fence' })
  }

  /** One step; a promotion that dies simply has no further one. */
  private promote(promotion: Promotion, chance: number): void {
    const old = this.node(promotion.old.instance)
    const current = (): boolean => this.record.index === promotion.index
    if (promotion.stage === 'fence') {
      promotion.stage = 'stop'
      // One that is thought to be lost is not waited for.
      if (old.cut || old.frozen || !current() || (chance > 0.9 && this.broken !== 'fence')) return
      if (!this.hold(old, promotion)) return this.giveUp(promotion)
      if (old.up && this.broken !== 'fence') old.readOnly = true
      if (old.up) promotion.fenced = old.executed
      for (const replica of this.replicasOf(old))
        if (chance < 0.8) replica.executed = replica.executed.union(old.executed)
    } else if (promotion.stage === 'stop') {
      const next = this.nodes.find((one) => one !== old && !promotion.seen.has(one.name))
      if (next === undefined) promotion.stage = 'change'
      // A request may be lost on the way although nothing else is.
      else if (!next.up || next.cut || next.frozen || !current() || chance < 0.15)
        promotion.seen.set(next.name, undefined)
      else {
        if (!this.hold(next, promotion)) return this.giveUp(promotion)
        next.receiving = false
        promotion.seen.set(next.name, next.executed)
      }
    } else {
      this.promotions = this.promotions.filter((one) => one !== promotion)
      const state = (executed: GtidSet | undefined): MysqlState | undefined =>
        executed && { ...this.state(old), replica: undefined, executed }
      const answer = choose({
        primary: { ...promotion.old, base: this.broken === 'base' ? '' : promotion.old.base },
        primaryFenced: promotion.fenced !== undefined,
        members: [
          { instance: old.name, mysql: state(promotion.fenced) },
          ...[...promotion.seen].map(([instance, executed]) => {
            const entry = promotion.entries.get(instance)
            return { instance, mysql: state(executed), follows: entry?.follows, left: entry?.left }
          }),
        ],
        wanted: undefined,
        force: this.broken === 'choice',
      })
      const chosen = 'promote' in answer ? this.node(answer.promote) : undefined
      const applied =
        'promote' in answer && chosen?.up === true && !chosen.cut && chosen.executed.contains(answer.mustHave)
      if (chance < 0.9 && chosen !== undefined && applied && current()) {
        const lost = this.acknowledged.minus(chosen.executed)
        if (!lost.isEmpty) throw new Error(`${chosen.name} is promoted without ${lost.toString()}`)
        const base = 'promote' in answer ? answer.base.toString() : ''
        this.record = { value: { ...record(chosen.name, waitCount(this.size)), base }, index: this.record.index + 1 }
        this.handovers++
      } else if (chance < 0.5) this.giveUp(promotion)
    }
  }

  /** @returns false when another promotion has it */
  private hold(node: Node, { id, index }: Promotion): boolean {
    if (node.hold !== undefined && node.hold.index === index && node.hold.by !== id && !node.hold.expired) return false
    node.hold = { by: id, index, expired: false }
    return true
  }

  private giveUp(promotion: Promotion): void {
    this.promotions = this.promotions.filter((one) => one !== promotion)
    for (const node of this.nodes)
      if (node.hold?.by === promotion.id && !node.cut && !node.frozen) node.hold.expired = true
  }
}
