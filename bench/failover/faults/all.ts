import { clockFaults } from './clock'
import { diskFaults } from './disk'
import { networkFaults } from './network'
import { nodeFaults } from './nodes'
import { operations } from './operations'
import { processFaults } from './processes'
import { sabotage } from './sabotage'
import type { Fault } from './scene'

/** Everything that the drill can do. */
export const faults: readonly Fault[] = [
  ...processFaults,
  ...networkFaults,
  ...nodeFaults,
  ...diskFaults,
  ...clockFaults,
  ...operations,
  ...sabotage,
]

/** Seconds without a writer that the design allows, by fault. */
export const targets: ReadonlyMap<string, number> = new Map(
  faults.flatMap(({ name, target }) => (target === undefined ? [] : [[name, target] as const])),
)
