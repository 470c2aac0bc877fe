import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Engine, type ApiJob, type ApiNode, type Cluster, type JobPlan } from 'nomad-engine'
import { random } from './corpus'
import { scenario, type Scenario } from './scenarios'
import { sharedServer, type Server } from './server'
import { told } from './told'

const simnodes = join(__dirname, '../../../engine/artifacts/simnodes')
/** How often Nomad's own code is asked the same again, where its answer may depend on the order of Go's maps. */
const TRIES = Number(process.env['TRIES'] ?? 300)
/** Scenarios to run, by number: all where there is none. */
const ONLY = (process.env['ONLY'] ?? '').split(',').filter((number) => number !== '')
const SCENARIOS = Number(process.env['SCENARIOS'] ?? 100)

interface Metric {
  readonly NodesEvaluated: number
  readonly NodesFiltered: number
  readonly NodesExhausted: number
  readonly NodesAvailable: Record<string, number> | null
  readonly ConstraintFiltered: Record<string, number> | null
  readonly DimensionExhausted: Record<string, number> | null
  readonly ClassFiltered: Record<string, number> | null
  readonly ClassExhausted: Record<string, number> | null
  readonly CoalescedFailures: number
  readonly ScoreMetaData:
    { readonly NodeID: string; readonly Scores: Record<string, number>; readonly NormScore: number }[] | null
}

interface Allocation {
  readonly [field: string]: unknown
  readonly ID: string
  readonly Name: string
  readonly EvalID: string
  readonly NodeID: string
  readonly TaskGroup: string
  readonly Metrics: Metric
  readonly PreemptedAllocations: readonly string[] | null
  readonly CreateIndex: number
}

interface Evaluation {
  readonly ID: string
  readonly Status: string
  readonly SnapshotIndex: number
  readonly BlockedEval?: string
  readonly FailedTGAllocs: Record<string, Metric> | null
}

/** The group that each allocation is of. */
type Kinds = ReadonlyMap<string, string>

/** Counts over all evaluations, for the report. */
const counted = { evaluations: 0, placements: 0, failures: 0, preemptions: 0, scores: 0, worst: 0 }
/** Evaluations to which Nomad's own code gives more than one answer, with how many it gave until one was the server's. */
const several: string[] = []

describe('engine plan against a running Nomad', function () {
  this.timeout(1_800_000)
  const engine = new Engine({ native: process.env['ENGINE_NATIVE'] })
  let server: Server

  before(async function () {
    if (!existsSync(simnodes)) throw new Error(`${simnodes} is missing: npm run build:go -w engine -- --simnodes`)
    server = await sharedServer()
  })
  after(async () => {
    console.log(`      ${JSON.stringify(counted)}\n      not decided by Nomad itself: ${several.length}`)
    for (const line of several) console.log(`        ${line}`)
    await engine.close()
  })

  const pick = random(7)
  for (let number = 1; number <= SCENARIOS; number++) {
    const one = scenario(number, pick)
    if (ONLY.length > 0 && !ONLY.includes(String(number))) continue
    it(one.name, () =>
      compare(one).catch((error: unknown) => {
        // At once: the report comes at the end of many minutes.
        console.log(told(error))
        throw error
      }),
    )
  }

  async function compare(one: Scenario): Promise<void> {
    await put('/v1/operator/scheduler/configuration', {
      SchedulerAlgorithm: one.algorithm,
      PreemptionConfig: {
        SystemSchedulerEnabled: true,
        SysBatchSchedulerEnabled: true,
        BatchSchedulerEnabled: true,
        ServiceSchedulerEnabled: true,
      },
    })
    await put(`/v1/node/pool/${one.pool}`, { Name: one.pool })
    const expanded = await engine.nodes(one.nodes)
    const registered = spawnSync(simnodes, {
      input: JSON.stringify({ rpc: server.rpc, nodes: expanded }),
      encoding: 'utf8',
    })
    if (registered.status !== 0)
      throw new Error(`simnodes: ${registered.status ?? registered.signal} ${registered.stderr}`)
    for (const job of one.jobs) await register(one, expanded, job)
  }

  async function register(one: Scenario, expanded: readonly ApiNode[], job: ApiJob): Promise<void> {
    const before = await state(one, expanded)
    const { EvalID: id } = await put<{ EvalID: string }>('/v1/jobs', { Job: job })
    const evaluation = await settled(id)
    const stubs = await get<Allocation[]>(`/v1/evaluation/${id}/allocations`)
    const known = new Set(before.allocations?.map((alloc) => alloc.ID))
    const fresh = stubs.filter((stub) => !known.has(stub.ID))
    const theirs = await Promise.all(fresh.map((stub) => get<Allocation>(`/v1/allocation/${stub.ID}`)))
    const kinds = new Map(before.allocations?.map((alloc) => [alloc.ID, `${alloc['JobID']}.${alloc['TaskGroup']}`]))
    counted.evaluations++
    const answers = new Set<string>()
    for (let seed = 0; ; seed++) {
      const options = { followUps: false, seed, now: 0 }
      const plan = await engine.plan(before, [{ job, evalId: id, index: evaluation.SnapshotIndex }], options)
      const [ours] = plan.jobs
      if (!ours) throw new Error('no plan')
      answers.add(essence(ours, kinds))
      const kept = { ...counted }
      try {
        same(ours, evaluation, theirs, kinds)
        break
      } catch (error) {
        Object.assign(counted, kept)
        const cause = undecided(job, ours, theirs)
        if (cause === undefined) throw error
        if (seed === TRIES)
          throw new Error(`${answers.size} answers in ${TRIES} runs, none is the server's`, { cause: error })
        if (seed === 0) several.push(`${one.name}, ${String(job.ID)}: ${cause}`)
      }
    }
    // The input was the same at each run, so that Nomad itself must have given different answers.
    if (answers.size > 1) several.push(`${several.pop() ?? ''}: ${answers.size} answers`)
    await quiet(String(job.ID))
  }

  /** The cluster as the API shows it. */
  async function state(one: Scenario, expanded: readonly ApiNode[]): Promise<Cluster> {
    const nodes = await Promise.all(expanded.map((node) => get<ApiNode>(`/v1/node/${node.ID}`)))
    const ids = new Set(nodes.map((node) => node.ID))
    const stubs = await get<Allocation[]>('/v1/allocations')
    const mine = stubs.filter((stub) => ids.has(stub.NodeID))
    const allocations = await Promise.all(mine.map((stub) => get<Allocation>(`/v1/allocation/${stub.ID}`)))
    const known = await get<{ ID: string }[]>(`/v1/jobs?prefix=${one.pool}-`)
    const jobs = await Promise.all(known.map((stub) => get<ApiJob>(`/v1/job/${stub.ID}`)))
    const deployments = (await get<{ JobID: string }[]>('/v1/deployments')).filter((d) =>
      d.JobID.startsWith(`${one.pool}-`),
    )
    const { SchedulerConfig: schedulerConfig } = await get<{ SchedulerConfig: Cluster['schedulerConfig'] }>(
      '/v1/operator/scheduler/configuration',
    )
    return { nodes, allocations, jobs, deployments, schedulerConfig }
  }

  async function settled(id: string): Promise<Evaluation> {
    const deadline = Date.now() + 60_000
    while (Date.now() < deadline) {
      const evaluation = await get<Evaluation>(`/v1/evaluation/${id}`)
      if (evaluation.Status !== 'pending') return evaluation
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error(`evaluation ${id} is pending after 60 s`)
  }

  /** Waits until nothing is left to evaluate: preempted jobs are evaluated again. */
  async function quiet(job: string): Promise<void> {
    const deadline = Date.now() + 60_000
    while (Date.now() < deadline) {
      const evaluations = await get<Evaluation[]>('/v1/evaluations?status=pending')
      if (evaluations.length === 0) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error(`evaluations after ${job} are pending after 60 s`)
  }

  async function get<T>(path: string): Promise<T> {
    return await ask<T>(path)
  }

  async function put<T>(path: string, body: unknown): Promise<T> {
    return await ask<T>(path, { method: 'PUT', body: JSON.stringify(body) })
  }

  async function ask<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await fetch(server.address + path, init)
    const text = await response.text()
    if (!response.ok) throw new Error(`${init?.method ?? 'GET'} ${path}: ${response.status} ${text}`)
    return (text ? JSON.parse(text) : undefined) as T
  }
})

/**
 * Why Nomad's own code may answer the same question in more than one way: it goes over Go's maps, which come in another
 * order at each run. Undefined where it doesn't, and the answers must be the same.
 *
 * - `EvalContext.ProposedAllocs` (scheduler/feasible/context.go) collects a node's allocations in a map. The `Preemptor`
 *   takes the first among those that suit equally well, and the node's score follows from what was taken.
 * - `NodeReconciler.Compute` (scheduler/reconciler/reconcile_node.go) goes over a map of nodes, and the system schedulers
 *   tell of the first of them that has no room.
 */
function undecided(job: ApiJob, ours: JobPlan, theirs: readonly Allocation[]): string | undefined {
  if (ours.preempted.length > 0 || theirs.some((alloc) => (alloc.PreemptedAllocations ?? []).length > 0))
    return 'which of equal allocations are preempted'
  if (String(job['Type']).startsWith('sys') && ours.failures.length > 0)
    return 'which of the nodes without room is told of'
  return undefined
}

/** What is compared of a plan, as one text. */
function essence(plan: JobPlan, kinds: Kinds): string {
  const placements = plan.placements.map((p) => [
    p.name,
    p.node,
    p.preempts.map((id) => kinds.get(id)).sort(),
    reasons(p),
  ])
  return JSON.stringify([plan.status, placements, plan.failures.map((f) => [f.group, f.count, reasons(f)])])
}

function same(ours: JobPlan, evaluation: Evaluation, theirs: readonly Allocation[], kinds: Kinds): void {
  expect(ours.errors, 'errors').to.deep.equal([])
  expect(ours.index, 'index').to.equal(evaluation.SnapshotIndex)
  expect(ours.status, 'status').to.equal(evaluation.Status)
  expect(ours.blocked, 'blocked').to.equal((evaluation.BlockedEval ?? '') !== '')
  samePlacements(ours, theirs, kinds)
  sameFailures(ours, evaluation.FailedTGAllocs ?? {})
}

function samePlacements(ours: JobPlan, theirs: readonly Allocation[], kinds: Kinds): void {
  // Which of a group's allocations goes is left to the order of a map; all of one group are alike.
  const groups = (ids: readonly string[]) => ids.map((id) => kinds.get(id)).sort()
  const key = (name: string, node: string) => `${name} on ${node}`
  const placed = new Map(ours.placements.map((p) => [key(p.name, p.node), p]))
  expect([...placed.keys()].sort(), 'placements').to.deep.equal(theirs.map((a) => key(a.Name, a.NodeID)).sort())
  for (const alloc of theirs) {
    const mine = placed.get(key(alloc.Name, alloc.NodeID))
    if (!mine) continue
    counted.placements++
    counted.preemptions += mine.preempts.length
    expect(reasons(mine), alloc.Name).to.deep.equal(metric(alloc.Metrics))
    expect(groups(mine.preempts), `${alloc.Name} preempts`).to.deep.equal(groups(alloc.PreemptedAllocations ?? []))
    const scores = alloc.Metrics.ScoreMetaData ?? []
    expect(
      mine.scores.map((s) => s.node),
      `${alloc.Name} scored`,
    ).to.have.members(scores.map((s) => s.NodeID))
    for (const { NodeID, Scores, NormScore } of scores) {
      const score = mine.scores.find((s) => s.node === NodeID)
      const all = { ...score?.scores, final: score?.final ?? NaN }
      expect(Object.keys(all)).to.have.members([...Object.keys(Scores), 'final'])
      for (const [scorer, value] of Object.entries({ ...Scores, final: NormScore })) {
        const difference = Math.abs((all as Record<string, number>)[scorer] ?? NaN) - Math.abs(value)
        counted.scores++
        counted.worst = Math.max(counted.worst, Math.abs(difference))
        expect(Math.abs(difference), `${alloc.Name} ${scorer}`).to.be.below(1e-6)
      }
    }
  }
}

function sameFailures(ours: JobPlan, theirs: Record<string, Metric>): void {
  expect(ours.failures.map((f) => f.group)).to.have.members(Object.keys(theirs))
  for (const failure of ours.failures) {
    const other = theirs[failure.group]
    if (!other) continue
    counted.failures++
    expect({ ...reasons(failure), count: failure.count }, failure.group).to.deep.equal({
      ...metric(other),
      count: other.CoalescedFailures + 1,
    })
  }
}

function reasons(e: JobPlan['failures'][number] | JobPlan['placements'][number]) {
  const { evaluated, filtered, exhausted, available, filteredBy, exhaustedBy, filteredClasses, exhaustedClasses } = e
  return { evaluated, filtered, exhausted, available, filteredBy, exhaustedBy, filteredClasses, exhaustedClasses }
}

function metric(m: Metric) {
  return {
    evaluated: m.NodesEvaluated,
    filtered: m.NodesFiltered,
    exhausted: m.NodesExhausted,
    available: m.NodesAvailable ?? {},
    filteredBy: m.ConstraintFiltered ?? {},
    exhaustedBy: m.DimensionExhausted ?? {},
    filteredClasses: m.ClassFiltered ?? {},
    exhaustedClasses: m.ClassExhausted ?? {},
  }
}
