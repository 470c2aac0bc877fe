import type { GtidSet } from '../../mysql-agent/gtid.js'
import type { Recorded } from '../../mysql-agent/state.js'

export interface Entry {
  readonly follows: string
  readonly left?: GtidSet | undefined
}

export interface Node {
  readonly name: string
  readonly uuid: string
  up: boolean
  cut: boolean
  readOnly: boolean
  executed: GtidSet
  source: string | undefined
  receiving: boolean
  /** What its agent last heard from Consul. */
  heard: Recorded
  hold: { by: number; index: number; expired: boolean } | undefined
  /** What Consul has of it. */
  entry: Entry
  diverged: number
  written: number
  /** Its agent does nothing. */
  frozen: boolean
  /** When its last good beat was sent. */
  goodAt: number
  taken: boolean
  /** When it last received from its source. */
  receivedAt: number
}

/** The lock in Consul. */
export interface Lock {
  holder: string | undefined
  changedAt: number
}

/** A promotion under way, of which any step may be late, and which may die after any of them. */
export interface Promotion {
  readonly id: number
  readonly index: number
  readonly old: Recorded['value']
  /** Who was known when it began. */
  readonly entries: ReadonlyMap<string, Entry>
  fenced: GtidSet | undefined
  readonly seen: Map<string, GtidSet | undefined>
  stage: 'fence' | 'stop' | 'change'
}
