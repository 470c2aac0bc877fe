import type { ApiJob } from 'nomad-engine'

/**
 * The order in which jobs are placed: by priority, as Nomad's servers take evaluations that wait, and those of the same
 * priority as they were handed in. Where they come from a tree of stacks, that is dependencies first.
 */
export function byPriority<T extends ApiJob>(jobs: readonly T[]): T[] {
  return [...jobs].sort((a, b) => priorityOf(b) - priorityOf(a))
}

/** Nomad's own where a job has none. */
const priorityOf = ({ Priority }: ApiJob): number => (typeof Priority === 'number' && Priority > 0 ? Priority : 50)
