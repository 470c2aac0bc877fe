import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Health, Readiness } from './services.js'

/** A part and the question whether it can be used. */
export interface Probe {
  readonly name: string
  /** Rejects when the part can't be used. Must end by itself within seconds. */
  check(): Promise<void>
}

export interface HealthOptions {
  readonly probes: readonly Probe[]
  /** Names of parts of which one is enough. */
  readonly anyOf: readonly (readonly string[])[]
  /** Hears what is wrong with a part, once each time. @default nobody does */
  readonly log?: Logger
  /** @default 2000 */
  readonly intervalMs?: number
  /** A part counts as usable for this long after its last good answer: one lost packet moves nobody. @default 8000 */
  readonly graceMs?: number
}

interface State {
  lastGood: number
  problem: string
}

/** Asks each part in the background, so that answering a health check costs nothing and never hangs. */
export class BackgroundHealth implements Health {
  private readonly states = new Map<string, State>()
  private readonly stopping = new AbortController()
  private draining = false

  constructor(private readonly options: HealthOptions) {
    for (const { name } of options.probes) this.states.set(name, { lastGood: -Infinity, problem: 'not asked yet' })
  }

  start(): void {
    for (const probe of this.options.probes) void this.watch(probe)
  }

  stop(): void {
    this.stopping.abort()
  }

  /** From now on this instance is not ready, so that nobody sends it new requests. */
  drain(): void {
    this.draining = true
  }

  readiness(): Readiness {
    const usable = (name: string): boolean =>
      Date.now() - (this.states.get(name)?.lastGood ?? -Infinity) < (this.options.graceMs ?? 8_000)
    const parts = Object.fromEntries([...this.states.keys()].map((name) => [name, usable(name) ? 'ok' : 'unavailable']))
    if (this.draining) return { ready: false, parts: { ...parts, server: 'stopping' } }
    return { ready: this.options.anyOf.every((names) => names.some(usable)), parts }
  }

  private async watch(probe: Probe): Promise<void> {
    const { signal } = this.stopping
    while (!signal.aborted) {
      const state = this.states.get(probe.name)
      try {
        await probe.check()
        if (state) Object.assign(state, { lastGood: Date.now(), problem: '' })
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error)
        if (state?.problem !== problem) this.options.log?.warn({ part: probe.name, problem }, 'a part can not be used')
        if (state) state.problem = problem
      }
      await pause(this.options.intervalMs ?? 2_000, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }
}
