import { expect } from 'chai'
import { Engine, EngineError, type ApiJob } from 'nomad-engine'

const HCL = `
variable "image" {
  type = string
}

job "web" {
  group "web" {
    count = 2

    task "server" {
      driver = "docker"

      config {
        image = var.image
      }
    }
  }
}
`

async function code(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => 'answer',
    (error: unknown) => (error instanceof EngineError ? error.code : String(error)),
  )
}

describe('engine', () => {
  const engine = new Engine()
  after(() => engine.close())

  async function parsed(hcl = HCL): Promise<ApiJob> {
    const result = await engine.parse(hcl, { variables: { image: 'web:1' } })
    if (!result.ok) throw new Error(result.error)
    return result.job
  }

  it('hands variables over as literals', async () => {
    const image = 'a "quoted" ${x} %{y} $${z} \\ \n\t ü 😀 $'
    const result = await engine.parse(HCL, { variables: { image } })
    expect(result).to.have.nested.property('job.TaskGroups[0].Tasks[0].Config.image', image)
  })

  it('says which variable has no value, and which is too many', async () => {
    const none = await engine.parse(HCL)
    expect(none).to.have.property('error').that.contains('Unset variable "image"')
    const other = await engine.parse(HCL, { variables: { image: 'x', other: 1 } })
    expect(other).to.have.property('error').that.contains('other')
    expect(await engine.parse(HCL, { variables: { image: 'x', other: 1 }, strict: false })).to.have.property('ok', true)
  })

  it('gives every diagnostic its line and source', async () => {
    const result = await engine.parse('job "web" {\n  cuont = 1\n  gruop "x" {}\n}\n', { path: 'web.hcl' })
    if (result.ok) throw new Error('parsed')
    expect(result.diagnostics.map(({ file, start, source }) => [file, start?.line, source])).to.deep.equal([
      ['web.hcl', 2, '  cuont = 1'],
      ['web.hcl', 3, '  gruop "x" {}'],
    ])
  })

  it('can reach no file', async () => {
    const result = await engine.parse('job "web" {\n  name = file("/etc/passwd")\n}\n')
    expect(result).to.have.property('error').that.contains('filesystem function disabled')
  })

  it('formats', async () => {
    const result = await engine.format('job "x" {\na=1\n}\n')
    expect(result).to.deep.include({ ok: true, changed: true, hcl: 'job "x" {\n  a = 1\n}\n' })
    expect(await engine.format(result.hcl)).to.have.property('changed', false)
  })

  it('validates with paths, and warns', async () => {
    const job = await parsed(HCL.replace('count = 2', 'count = -1').replace('"docker"', '""'))
    const { ok, errors } = await engine.validate(job)
    expect(ok).to.equal(false)
    expect(errors).to.deep.equal([
      { path: 'TaskGroups[web]', message: "Task group count can't be negative" },
      { path: 'TaskGroups[web].Tasks[server]', message: 'Missing task driver' },
    ])
    const limited = JSON.parse(JSON.stringify(await parsed()).replace('"MemoryMB":null', '"MemoryMaxMB":900')) as ApiJob
    expect((await engine.validate(limited)).ok).to.equal(true)
  })

  it('knows the zones of a periodic job', async () => {
    const job = { ...(await parsed()), Type: 'batch' }
    const zoned = (TimeZone: string) => ({ ...job, Periodic: { Enabled: true, Specs: ['0 3 * * *'], TimeZone } })
    for (const zone of ['Europe/Berlin', 'America/Argentina/Buenos_Aires', 'UTC', 'Local'])
      expect(await engine.validate(zoned(zone)), zone).to.have.property('ok', true)
    const { errors } = await engine.validate(zoned('Mars/Olympus'))
    expect(errors.map(({ message }) => message)).to.deep.equal([
      'Invalid time zone "Mars/Olympus": unknown time zone Mars/Olympus',
    ])
  })

  it('asks the admission hooks with what the server knows', async () => {
    const job = { ...(await parsed()), NodePool: 'gpu' }
    expect((await engine.validate(job)).ok).to.equal(true)
    const { errors } = await engine.validate(job, { server: { nodePools: [] } })
    expect(errors).to.deep.equal([{ path: '', message: 'job "web" is in nonexistent node pool "gpu"' }])
  })

  it('canonicalizes to what the server stores', async () => {
    const job = await engine.canonicalize(await parsed())
    expect(job).to.include({ Priority: 50, NodePool: 'default', Namespace: 'default', Type: 'service' })
  })

  it('tells what changes', async () => {
    const job = await parsed()
    const diff = await engine.diff(job, { ...job, Priority: 70 }, { terse: true })
    expect(diff).to.deep.include({ Type: 'Edited', ID: 'web' })
    expect(diff.Fields).to.deep.equal([{ Annotations: null, Name: 'Priority', New: '70', Old: '50', Type: 'Edited' }])
    expect(await engine.diff(undefined, job)).to.have.property('Type', 'Added')
    expect(await code(engine.diff(undefined, undefined))).to.equal('request')
  })

  it('plans the same with the same seed, and says why something has no place', async () => {
    const job = await parsed(HCL.replace('count = 2', 'count = 30'))
    const cluster = { nodes: [{ cpu: 1000, memory: 1024, count: 4 }] }
    const plan = await engine.plan(cluster, [job], { now: 0 })
    expect(await engine.plan(cluster, [job], { now: 0 })).to.deep.equal(plan)
    const [one] = plan.jobs
    expect(one?.placements).to.have.length(12)
    expect(one?.failures[0]).to.deep.include({ group: 'web', count: 18, exhaustedBy: { memory: 4 } })
    expect(plan.nodes.map((node) => node.memoryUsed)).to.deep.equal([900, 900, 900, 900])
  })

  it('places jobs one after another, preempts, and looks again at a job that lost a node', async () => {
    const low = { ...(await parsed(HCL.replace('count = 2', 'count = 3'))), ID: 'low', Priority: 20 }
    const high = { ...(await parsed()), ID: 'high', Priority: 90 }
    const nodes = [{ name: 'n', cpu: 1000, memory: 310, count: 3 }]
    const schedulerConfig = { PreemptionConfig: { ServiceSchedulerEnabled: true } }
    const { jobs } = await engine.plan({ nodes, schedulerConfig }, [low, high])
    expect(jobs.map((j) => [j.job, j.triggeredBy, j.placements.length, j.preempted.length])).to.deep.equal([
      ['low', 'job-register', 3, 0],
      ['high', 'job-register', 2, 2],
      ['low', 'preemption', 0, 0],
    ])
    expect(jobs[2]).to.include({ blocked: true })
  })

  it('refuses clusters that it can’t use, in words', async () => {
    const job = await parsed()
    const error = await engine.plan({ nodes: [{ cpu: 0, memory: 5 }] }, [job]).catch((e: unknown) => e)
    expect(error).to.be.instanceOf(EngineError).with.property('message').that.contains('`cpu` (MHz) and `memory` (MB)')
    expect(await code(engine.plan({ nodes: [] }, ['nope']))).to.equal('input')
  })

  it('stops at a deadline, and goes on with the next call', async () => {
    const job = await parsed(HCL.replace('count = 2', 'count = 20000'))
    const cluster = { nodes: [{ cpu: 100_000, memory: 100_000, count: 2000 }] }
    expect(await code(engine.plan(cluster, [job], { deadlineMs: 300 }))).to.equal('deadline')
    expect((await engine.validate(await parsed())).ok).to.equal(true)
  })

  it('stops at the memory limit, and goes on with the next call', async () => {
    const small = new Engine({ memoryMb: 96 })
    const job = await parsed(HCL.replace('count = 2', 'count = 20000'))
    const cluster = { nodes: [{ cpu: 100_000, memory: 100_000, count: 5000 }] }
    expect(await code(small.plan(cluster, [job]))).to.equal('memory')
    expect((await small.validate(await parsed())).ok).to.equal(true)
    await small.close()
  })

  it('survives nesting that no stack is made for', async () => {
    const deep = `job "x" {\n  name = ${'['.repeat(200_000)}\n}\n`
    expect(await code(engine.parse(deep))).to.be.oneOf(['answer', 'crash'])
    expect(
      await code(engine.validate(JSON.parse(`{"ID":"x","Meta":${'['.repeat(5000)}${']'.repeat(5000)}}`) as ApiJob)),
    ).to.equal('request')
    expect((await engine.parse('job "x" {}')).ok).to.equal(true)
  })

  it('serves many callers at once, on several threads', async () => {
    const wide = new Engine({ workers: 3 })
    const jobs = Array.from({ length: 60 }, (_, i) => wide.parse(`job "j${i}" {}\n`))
    const ids = (await Promise.all(jobs)).map((result) => (result.ok ? result.job.ID : result.error))
    expect(ids).to.deep.equal(ids.map((_, i) => `j${i}`))
    await wide.close()
  })

  it('rejects what waits when it is closed', async () => {
    const closing = new Engine()
    const calls = [closing.parse(HCL), closing.parse(HCL)].map(code)
    await closing.close()
    expect((await Promise.all(calls))[1]).to.equal('closed')
    expect(await code(closing.parse(HCL))).to.equal('closed')
  })
})
