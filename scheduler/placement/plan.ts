import type { ApiJob, Cluster, JobPlan } from 'nomad-engine'
import { type GroupView, isLive, type JobView } from './api'
import { waitsFor, withDispatched } from './dispatch'
import { loseNodes } from './losing'
import { capacityOf, isReady } from './node-view'
import { byPriority } from './order'
import { PlannerError } from './problem'
import type { GroupReport, JobReport, NodeReport, Report, Share } from './report'
import { type Scheduler, sharedEngine } from './scheduler'
import { again, isPlacedNow, missingOf, type Settled, settle, wantedOf } from './settle'
import { State } from './state'

/** What is asked besides whether it fits. */
export interface FitOptions {
  /**
   * How many nodes may be lost at once, whichever they are, or the names of nodes that are lost together: is everything
   * placed again on the rest?
   * @default 0
   */
  readonly losing?: number | readonly string[]
  /** IDs of parameterized and periodic jobs that run, too: once for each time a name is there. @default [] */
  readonly dispatched?: readonly string[]
  /** Another seed tries nodes in another order. @default 0 */
  readonly seed?: number
  /** Nomad's scheduler. @default - an `Engine` that all share */
  readonly engine?: Scheduler
}

/**
 * Places jobs on a cluster with Nomad's own scheduler, as if nothing of it came before all the rest was placed, and says
 * where everything is, what has no place, and what a lost node would mean. Jobs go by priority, and those of the same
 * priority as they are handed in.
 *
 * What runs in the cluster already (a real one's) stays; jobs of the same ID are updates of it, and what is told is where
 * an update ends. Without jobs, those of the cluster are looked at again.
 * @param jobs as Nomad's API has them (`renderJson(job.toSpec())`, or what the engine parses)
 * @throws PlannerError for what can't be asked; EngineError where there is no answer
 */
export async function plan(jobs: readonly ApiJob[], cluster: Cluster, options: FitOptions = {}): Promise<Report> {
  const { losing = 0, dispatched = [], seed = 0 } = options
  const scheduler = options.engine ?? (await sharedEngine())
  const state = await State.of(cluster, scheduler)
  if (state.nodes.length === 0) throw noNodes()
  const asked = byPriority(withDispatched(jobs, dispatched))
  const changed = asked.map((job) => (known(state, job) ? allAtOnce(job) : job))
  const looked = asked.length > 0 ? changed : byPriority(state.allJobs.filter(isPlacedNow)).map(again)
  const planned = await scheduler.plan(state.toCluster(), looked, { noDiff: true, seed })
  const refused = planned.jobs.filter(({ errors }) => errors.length > 0)
  for (const job of asked) {
    if (!refused.some((one) => one.job === job.ID && one.namespace === (job['Namespace'] ?? 'default')))
      state.put((await scheduler.canonicalize(job)) as JobView)
  }
  const before = state.copy()
  const settled = await settle(planned, state, scheduler, seed)
  const rest = asked.length > 0 ? others(state, asked) : []
  const missing = state.allJobs.filter(isPlacedNow).flatMap((job) =>
    // What lacked of others before has nothing to do with the question.
    missingOf(job, state, settled, rest.includes(job) ? before : undefined),
  )
  const placed = missing.length === 0 && refused.length === 0
  const lost = placed && losing !== 0 ? await loseNodes(losing, state, scheduler, seed) : undefined
  return {
    fits: placed && (lost?.losses ?? []).every((loss) => loss.missing.length === 0),
    jobs: jobReports(byPriority([...asked, ...others(state, asked)]), refused, state, settled),
    missing,
    preempted: settled.preempted,
    nodes: state.nodes.map((node) => nodeReport(node, state)),
    losing: lost,
  }
}

const known = (state: State, job: ApiJob): boolean => state.allJobs.some((one) => isSame(job, one))

/**
 * An update that doesn't go step by step: Nomad would plan the first step only, and what is asked is whether the last one
 * fits.
 */
function allAtOnce(job: ApiJob): ApiJob {
  const groups = (job['TaskGroups'] ?? []) as readonly GroupView[]
  return { ...job, Update: { MaxParallel: 0 }, TaskGroups: groups.map((group) => ({ ...group, Update: null })) }
}

/** Jobs of the cluster that nobody asked about. */
const others = (state: State, asked: readonly ApiJob[]): readonly JobView[] =>
  state.allJobs.filter((job) => isPlacedNow(job) && !asked.some((one) => isSame(one, job)))

const isSame = (given: ApiJob, { ID, Namespace }: JobView): boolean =>
  given.ID === ID && (given['Namespace'] ?? 'default') === Namespace

function jobReports(
  jobs: readonly ApiJob[],
  refused: readonly JobPlan[],
  state: State,
  settled: Settled,
): readonly JobReport[] {
  return jobs.map((given) => {
    const [id, namespace] = [String(given.ID), String(given['Namespace'] ?? 'default')]
    const job = state.job(namespace, id)
    const { Type: type = 'service', Priority: priority = 50 } = job ?? (given as Partial<JobView>)
    const groups = (job && isPlacedNow(job) ? job.TaskGroups : []).map(({ Name: group }): GroupReport => {
      const there = job ? state.there(job, group) : []
      const names = there.filter(isLive).map(({ NodeID }) => state.node(NodeID)?.Name ?? NodeID)
      return {
        group,
        wanted: job ? wantedOf(job, group, state, settled) : 0,
        placed: there.length,
        nodes: names.sort(byNumber),
      }
    })
    const errors = refused.find((one) => one.job === id && one.namespace === namespace)?.errors ?? []
    return { job: id, namespace, type, priority, waits: waitsFor(given), groups, errors }
  })
}

/** `minnow-10` comes after `minnow-9`. */
const byNumber = new Intl.Collator('en', { numeric: true }).compare

function nodeReport(node: State['nodes'][number], state: State): NodeReport {
  const [has, used] = [capacityOf(node), state.usedOf(node)]
  const share = (total: number, taken: number): Share => ({ total, used: taken, free: total - taken })
  return {
    name: node.Name,
    ready: isReady(node),
    cpu: share(has.cpu, used.cpu),
    memory: share(has.memory, used.memory),
    allocations: state.live.filter(({ NodeID }) => NodeID === node.ID).length,
  }
}

const noNodes = (): PlannerError =>
  new PlannerError({
    what: 'there is no node to place anything on',
    given: 'a cluster without nodes',
    allowed: 'at least one',
    do: 'write minnowboards(5), nodes(3, { cpu, memory }), or ask a running cluster',
  })
