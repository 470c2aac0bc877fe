import type { Engine } from 'nomad-engine'
import { PlannerError } from './problem'

/** Nomad's own scheduler, as far as the planner asks it. An `Engine` of the package `nomad-engine` is one as it is. */
export type Scheduler = Pick<Engine, 'plan' | 'nodes' | 'canonicalize'>

let shared: Promise<Engine> | undefined

/**
 * One for all who bring none: its threads start with the first question, and don't keep the process alive.
 * @throws PlannerError where it isn't built
 */
export async function sharedEngine(load = () => import('nomad-engine')): Promise<Engine> {
  // Loaded when it is needed: who only reads the help, or hands an engine in, needn't wait for it.
  shared ??= load().then(({ Engine }) => new Engine({ memoryMb: 2048 }))
  try {
    return await shared
  } catch (error) {
    shared = undefined
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error
    throw new PlannerError({
      what: "Nomad's scheduler is not there: the package nomad-engine is not built",
      given: error.message,
      allowed: 'engine/dist and engine/artifacts, which are built and not committed',
      do: 'run bootstrap/engine: minutes the first time, then from the cache',
    })
  }
}

/**
 * Seeds of questions that follow on a plan. The IDs of allocations follow from the seed: a second question with the seed
 * of the first would give new allocations the IDs of those that are there.
 */
export const seeds = {
  afterLoss: (seed: number): number => seed + 1_000_003,
  probe: (seed: number): number => seed + 2_000_003,
} as const
