import { writeFileSync } from 'node:fs'
import type { Agent } from './agent.js'
import { now } from './clock.js'
import { CONFIRM_SECONDS, mustFence, mustRelease } from './lease.js'
import { fence } from './mysqld/roles.js'
import { type Lease, receivesFrom } from './state.js'

const TICK_MILLISECONDS = 250
/** Milliseconds that another agent has to confirm that it follows. */
const CONFIRM_TIMEOUT = 1200
/** How long another agent's word that it has room counts, in seconds: longer than a promotion takes, which stops what it follows. */
const ROOM_SECONDS = 10

/**
 * Keeps the lock while this instance leads and fences mysqld when that right has ended, beside the loop: a round may be stuck in a statement
 * that doesn't return.
 */
export class Guard {
  /** mysqld took writes when it was last seen; a mysqld that hangs may take them again. */
  writable = false
  private fencedFor = ''
  private fencing: Promise<void> | undefined
  private asking: Promise<void> | undefined
  private askedAt = -Infinity
  private readonly confirmedAt = new Map<string, number>()
  private roomSeenAt = -Infinity
  private writerSeenAt = now()
  private tickedAt = now()
  private signedAt = -Infinity
  private signs = 0

  constructor(private readonly agent: Agent) {}

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.tick()
      await new Promise((resolve) => setTimeout(resolve, TICK_MILLISECONDS))
    }
  }

  private tick(): void {
    const { agent } = this
    this.sign()
    const passed = now() - this.tickedAt
    this.tickedAt = now()
    if (agent.looking.down.mysqldDead) this.writable = false
    if (agent.looking.mysql !== undefined) this.writable = !agent.looking.mysql.readOnly && !agent.looking.mysql.offline
    if (agent.writerSeen) this.writerSeenAt = now()
    else if (typeof agent.record !== 'string') agent.counters.secondsWithoutWriter += passed
    if (this.wanted && agent.leader.age >= agent.times.beat) void agent.leader.beat()
    if (!agent.looking.room.full) this.roomSeenAt = -Infinity
    if (this.writable && (agent.leader.age > agent.times.beat * 1.5 || agent.looking.room.full)) this.ask()
    const why = this.lease.fence
    if (why === undefined || this.fencing !== undefined) return
    if (this.fencedFor !== why) {
      agent.log.error({ reason: why }, 'fences itself')
      agent.counters.fences++
    }
    this.fencedFor = why
    this.fencing = fence(agent.mysqld, 0)
      .then(() => agent.looking.now())
      .then(() => {
        this.writable = false
        this.fencedFor = ''
        void agent.remember('fenced', why)
      })
      .catch((error: unknown) => agent.log.debug({ error: String(error) }, 'the fence did not work yet'))
      .finally(() => (this.fencing = undefined))
  }

  /** A sign of life for mysqld-run, which fences a writable mysqld whose agent is dead or frozen. */
  private sign(): void {
    if (now() - this.signedAt < 1) return
    this.signedAt = now()
    try {
      writeFileSync(this.agent.settings.beatFile, `${process.pid} ${++this.signs}\n`)
    } catch (error) {
      this.agent.log.error({ error: String(error) }, 'no sign of life could be given to mysqld-run')
    }
  }

  /** Why the lock can't stay here, whoever the primary is. */
  private get unfit(): string | undefined {
    const { looking } = this.agent
    const roomElsewhere = now() - this.roomSeenAt < ROOM_SECONDS
    return mustRelease({ ...looking.down, full: looking.room.full, roomElsewhere })
  }

  /** The lock belongs here: this is the recorded primary, and its mysqld is there. */
  private get wanted(): boolean {
    const { agent } = this
    if (agent.record === 'none' || this.unfit !== undefined || agent.looking.cloning) return false
    if (agent.record === 'unknown') return agent.leader.holds
    if (agent.record.value.instance !== agent.self.instance) return false
    // A promotion has fenced it: the lock goes on.
    if (agent.held && !this.writable) return false
    return agent.looking.mysql === undefined
      ? agent.leader.holds
      : !(agent.initialised === true && agent.looking.mysql.executed.isEmpty)
  }

  /** Takes the lock when it belongs here, gives it up when it doesn't any more. */
  async keep(): Promise<void> {
    const { agent } = this
    if (this.wanted) {
      if (agent.leader.age > agent.times.lease) await agent.leader.beat()
    } else if (agent.leader.holds) await agent.leader.release(this.unfit ?? 'another instance is the primary')
  }

  get lease(): Lease {
    const { agent } = this
    const age = agent.leader.age
    const taken = agent.leader.taken
    const confirmed = [...this.confirmedAt.values()].filter((at) => now() - at < CONFIRM_SECONDS).length
    return {
      held: age <= agent.times.lease && !taken,
      fence: mustFence({
        writable: this.writable,
        age,
        taken,
        confirmed,
        instances: agent.instances,
        times: agent.times,
      }),
    }
  }

  /** Asks the replicas whether they still follow. */
  private ask(): void {
    const { agent } = this
    if (this.asking !== undefined || now() - this.askedAt < 0.5) return
    this.askedAt = now()
    this.asking = agent
      .lookAt(agent.members, CONFIRM_TIMEOUT)
      .then((peers) => {
        for (const { member, answer } of peers) {
          const follows = receivesFrom(answer?.mysql, agent.self)
          if (follows && answer?.full !== true) this.roomSeenAt = this.askedAt
          if (follows && answer?.held === false)
            // The time of the question: the answer may be as old.
            this.confirmedAt.set(member.instance, this.askedAt)
          else if (answer !== undefined) this.confirmedAt.delete(member.instance)
        }
      })
      .finally(() => (this.asking = undefined))
  }

  /** Seconds since this agent last saw a writable primary. */
  get writerAbsentSeconds(): number {
    return Math.round((now() - this.writerSeenAt) * 1000) / 1000
  }
}
