import { App, TerraformStack, TerraformVariable, Testing } from 'cdktf'
import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { AssertionError, expect, use } from 'chai'
import type { ApiJob, ParseOptions } from 'nomad-engine'
import { Constraint, Count, Cpu, Docker, HclJob, Job, type JobProps, Memory, Node } from '../../nomad'
import { jobsIn } from '../../scheduler/jobs-in'
import { nodes, PlannerError } from '../../scheduler/placement'
import { fitNomadJobs, type FitOnOptions } from '../../scheduler/testing'
import { FirstFit, job } from './support'

use(fitNomadJobs)

/** An engine whose parser answers with a job of the name that stands in the text. */
class Fake extends FirstFit {
  readonly parsed: ParseOptions[] = []

  parse(hcl: string, options: ParseOptions = {}) {
    this.parsed.push(options)
    const [, id = ''] = /job "([^"]+)"/.exec(hcl) ?? []
    if (id === 'wrong') return Promise.resolve({ ok: false as const, error: 'line 3: no', diagnostics: [] })
    return Promise.resolve({ ok: true as const, job: job(id) })
  }
}

function newStack(app: App, id: string): TerraformStack {
  const stack = new TerraformStack(app, id)
  new NomadProvider(stack, 'nomad', { address: 'http://127.0.0.1:4646' })
  return stack
}

function addJob(
  stack: TerraformStack,
  id: string,
  props: JobProps = {},
  count: number | Count = 1,
  image = 'web:1',
): Job {
  const made = new Job(stack, id, props)
  const resources = { cpu: Cpu.mhz(100), memory: Memory.mebibytes(100) }
  made.addGroup(id, { count }).addTask('server', { driver: Docker.image(image), resources })
  return made
}

const ids = (jobs: readonly ApiJob[]) => jobs.map(({ ID }) => ID)

describe('the jobs of a tree', () => {
  let engine: Fake
  let app: App
  beforeEach(() => ([engine, app] = [new Fake(), Testing.app()]))

  it("are as Nomad's API has them, without asking its parser", async () => {
    addJob(newStack(app, 'a'), 'web', { constraints: [Constraint.where(Node.attr('kernel.name'), '=', 'linux')] }, 3)
    const [web] = await jobsIn(app, { engine })
    expect(web).to.deep.include({ ID: 'web', Type: 'service' })
    expect(web?.['TaskGroups']).to.have.nested.property('[0].Count', 3)
    expect(web?.['TaskGroups']).to.have.nested.property('[0].Tasks[0].Resources.MemoryMB', 100)
    expect(engine.parsed).to.deep.equal([])
  })

  it('come with those of stacks that others depend on first', async () => {
    const [web, data, base] = ['web', 'data', 'base'].map((id) => newStack(app, id)) as [
      TerraformStack,
      TerraformStack,
      TerraformStack,
    ]
    web.addDependency(data)
    data.addDependency(base)
    addJob(web, 'nginx')
    addJob(web, 'hapi')
    addJob(data, 'mysql')
    addJob(base, 'keeper')
    expect(ids(await jobsIn(app, { engine }))).to.deep.equal(['keeper', 'mysql', 'nginx', 'hapi'])
    expect(ids(await jobsIn(web, { engine }))).to.deep.equal(['nginx', 'hapi'])
  })

  it('have something in place of what only Terraform knows, but for a number', async () => {
    const stack = newStack(app, 'a')
    const image = new TerraformVariable(stack, 'image', { type: 'string' })
    const count = new TerraformVariable(stack, 'count', { type: 'number' })
    addJob(stack, 'web', {}, Count.preserved({ initial: 4 }), image.stringValue)
    await jobsIn(app, { engine })
    expect(engine.parsed[0]).to.deep.include({ path: 'web.nomad.hcl' })
    expect(Object.values(engine.parsed[0]?.variables ?? {})).to.have.members([4, 'known-after-apply'])
    addJob(stack, 'api', {}, count.numberValue)
    const error = await jobsIn(app, { engine }).catch((thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(PlannerError)
    expect((error as Error).message).to.match(
      /^a\/api: the number '(\w+)' is known to Terraform only[\s\S]+do {7}add variables: \{ \1: 3 \}/,
    )
    const [, name = ''] = /number '(\w+)'/.exec((error as Error).message) ?? []
    expect(ids(await jobsIn(app, { engine, variables: { [name]: 2 } }))).to.deep.equal(['web', 'api'])
  })

  it('may be in HCL, and may be wrong', async () => {
    const stack = newStack(app, 'a')
    new HclJob(stack, 'old', { text: 'job "legacy" {}', variables: { n: 2 } })
    expect(ids(await jobsIn(app, { engine }))).to.deep.equal(['legacy'])
    expect(engine.parsed[0]).to.deep.include({ variables: { n: 2 } })
    const image = new TerraformVariable(stack, 'image', { type: 'string' })
    addJob(stack, 'wrong', {}, 1, image.stringValue)
    const error = await jobsIn(app, { engine }).catch((thrown: unknown) => thrown)
    expect((error as Error).message).to.contain("a/wrong: Nomad's parser refuses the job\n  given    line 3: no")
  })
})

describe('expect(...).to.fitOn(...)', () => {
  const cluster = (count: number, memory: number) =>
    nodes(count, { cpu: Cpu.mhz(1000), memory: Memory.mebibytes(memory) })
  let engine: Fake
  let stack: TerraformStack
  beforeEach(() => ([engine, stack] = [new Fake(), newStack(Testing.app(), 'a')]))

  /** What a person reads when the assertion fails. */
  async function failure(asked: PromiseLike<unknown>): Promise<string> {
    try {
      await asked
    } catch (error) {
      if (error instanceof AssertionError) return error.message
      throw error
    }
    throw new Error('it did not fail')
  }

  it('passes where everything has its place', async () => {
    addJob(stack, 'web', {}, 3)
    await expect(stack).to.fitOn(cluster(2, 400), { engine })
    await expect(stack).to.fitOn(cluster(2, 400), { engine, losing: 1 })
    await expect(stack).not.to.fitOn(cluster(2, 120), { engine })
    await expect(addJob(stack, 'one')).to.fitOn(cluster(1, 100), { engine })
  })

  it('says what has no place, on which node, and by how much it is short', async () => {
    addJob(stack, 'web', {}, 3)
    expect(await failure(expect(stack).to.fitOn(cluster(2, 130), { engine }))).to.equal(`\
expected the jobs to fit, but
web.web: 1 of 3 has no place
  why      memory is exhausted on 2 nodes
  closest  node-1: 70 MB short (100 asked, 30 free)
it does not fit on 2 nodes`)
    expect(await failure(expect(stack).to.fitOn(cluster(2, 230), { engine, losing: 1 }))).to.match(
      /^expected the jobs to fit, but\nwithout node-1: web\.web: 1 of 3 has no place\n[\s\S]+node-2: 70 MB short/,
    )
    expect(await failure(expect(stack).not.to.fitOn(cluster(2, 400), { engine }))).to.equal(
      'expected the jobs not to fit, but\nit fits on 2 nodes',
    )
  })

  it('hands its options on', async () => {
    const options: FitOnOptions = { engine, seed: 7 }
    addJob(stack, 'web')
    await expect(stack).to.fitOn(cluster(1, 100), options)
    expect(engine.asked[0]?.options.seed).to.equal(7)
  })

  it('wants jobs', async () => {
    for (const nothing of [stack, 'web', undefined]) {
      expect(await failure(expect(nothing).to.fitOn(cluster(1, 100), { engine }))).to.equal(
        'expected jobs to place\n  there is none',
      )
    }
  })
})
