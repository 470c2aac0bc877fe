import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { expect } from 'chai'
import { App, TerraformStack, Testing } from 'cdktf'
import { Duration, Fleet, Job, type JobProps, Parameterized } from '../../nomad'
import { type WaitSettings, waitForJob } from '../../nomad/host/wait-for-job'
import { waitScript } from '../../nomad/host/waiter'
import { minimal, newStack } from './support'

interface Resource {
  depends_on?: string[]
  provisioner?: { 'local-exec': { command: string; environment: Record<string, string> } }[]
  lifecycle?: { replace_triggered_by: string[] }
  provider?: string
}

function synth(stack: TerraformStack): {
  nomad_job: Record<string, Resource>
  terraform_data?: Record<string, Resource>
} {
  return (JSON.parse(Testing.synth(stack)) as { resource: ReturnType<typeof synth> }).resource
}

function job(stack: TerraformStack, id: string, props: JobProps = {}): Job {
  const made = new Job(stack, id, props)
  made.addGroup('group').addTask('task', minimal)
  return made
}

const only = <T>(values: Record<string, T> | undefined): T | undefined => Object.values(values ?? {})[0]
const of = (values: Record<string, Resource>, id: string) =>
  Object.entries(values).find(([name]) => name.startsWith(`${id}_`))?.[1]

/** A Nomad that answers these, one after the other; the last for ever. */
function nomadSaying(...answers: Record<string, unknown>[]) {
  const lines: string[] = []
  let time = 0
  let turn = 0
  const settings: WaitSettings = { job: 'b', until: 'complete', seconds: 10 }
  return {
    lines,
    wait: (more: Partial<WaitSettings> = {}) =>
      waitForJob(
        { ...settings, ...more },
        {
          get: (path) => {
            const answer = answers[Math.min(turn, answers.length - 1)]?.[path.replace('/v1/job/b', '') || '/']
            return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
          },
          log: (line) => lines.push(line),
          now: () => time,
          sleep: (milliseconds) => {
            turn++
            time += milliseconds
            return Promise.resolve()
          },
        },
      ).then(
        () => 'done',
        (problem: unknown) => (problem as Error).message,
      ),
  }
}

const alloc = (ClientStatus: string, more: object = {}) => ({
  ID: '1',
  Name: 'b.group[0]',
  NextAllocation: '',
  ClientStatus,
  DesiredStatus: 'run',
  CreateIndex: 10,
  ModifyTime: 0,
  ...more,
})
const dead = { '/': { Status: 'dead', Version: 0 }, '/evaluations': [{ Status: 'complete' }] }
const running = { '/': { Status: 'running', Version: 0 }, '/evaluations': [{ Status: 'complete' }] }

describe('dependsOn', () => {
  it("waits for batch jobs by a script of Terraform's, with the provider's address and the job's own deadline", () => {
    const stack = newStack()
    new NomadProvider(stack, 'nomad', { address: 'http://nomad:4646', secretId: 'token' })
    const batch = job(stack, 'batch', { type: 'batch', namespace: 'team', timeout: Duration.minutes(2) })
    job(stack, 'web').dependsOn(batch)
    job(stack, 'other').dependsOn(batch, { until: 'complete' })
    job(stack, 'early').dependsOn(batch, { until: 'registered' })
    const { nomad_job: jobs, terraform_data: waits } = synth(stack)
    expect(Object.keys(waits ?? {})).to.have.length(1)
    expect(only(waits)?.provisioner).to.deep.equal([
      {
        'local-exec': {
          command: 'node wait-for-job.cjs',
          environment: {
            NOMAD_ADDR: 'http://nomad:4646',
            NOMAD_TOKEN: 'token',
            NOMAD_NAMESPACE: 'team',
            WAIT_JOB: 'batch',
            WAIT_UNTIL: 'complete',
            WAIT_SECONDS: '120',
          },
        },
      },
    ])
    expect(only(waits)?.depends_on?.[0]).to.match(/^nomad_job\.batch_/)
    expect(only(waits)?.lifecycle?.replace_triggered_by[0]).to.match(/^nomad_job\.batch_/)
    expect(of(jobs, 'web')?.depends_on?.join()).to.match(/nomad_job\.batch_.*terraform_data\.batch_/)
    expect(of(jobs, 'other')?.depends_on?.join()).to.match(/terraform_data\.batch_/)
    expect(of(jobs, 'early')?.depends_on?.join()).to.match(/^nomad_job\.batch_[^,]*$/)
  })

  it("leaves it to the provider where that waits: until 'healthy', for what is not detached", () => {
    const stack = newStack()
    const [service, system, detached] = [
      job(stack, 'service'),
      job(stack, 'system', { type: 'system' }),
      job(stack, 'detached', { detach: true }),
    ]
    job(stack, 'web').dependsOn(service).dependsOn(system)
    expect(synth(stack).terraform_data).to.equal(undefined)
    job(stack, 'second').dependsOn(detached)
    expect(only(synth(stack).terraform_data)?.provisioner?.[0]?.['local-exec'].environment.WAIT_UNTIL).to.equal(
      'healthy',
    )
  })

  it('waits itself for system jobs of a Nomad that has no deployments of them', () => {
    const stack = newStack()
    Fleet.of(stack).runs('1.10')
    job(stack, 'web').dependsOn(job(stack, 'system', { type: 'system' }))
    expect(Object.keys(synth(stack).terraform_data ?? {})).to.have.length(1)
  })

  it('refuses to wait for what never comes', () => {
    const stack = newStack()
    const [web, batch] = [job(stack, 'web'), job(stack, 'batch', { type: 'batch' })]
    const dispatched = job(stack, 'dispatched', { type: 'batch', parameterized: Parameterized.of() })
    expect(() => job(stack, 'a').dependsOn(web, { until: 'complete' })).to.throw('a service job never is complete')
    expect(() => job(stack, 'b').dependsOn(batch, { until: 'healthy' })).to.throw('a batch job never is healthy')
    expect(() => job(stack, 'c').dependsOn(dispatched, { until: 'complete' })).to.throw('parameterized job never is')
    job(stack, 'd').dependsOn(dispatched)
    expect(synth(stack).terraform_data).to.equal(undefined)
  })

  it('names all jobs of a circle', () => {
    const stack = newStack()
    const [a, b, c] = [job(stack, 'a'), job(stack, 'b'), job(stack, 'c')]
    a.dependsOn(b)
    b.dependsOn(c)
    expect(() => c.dependsOn(a)).to.throw(`'c' waits for 'a' waits for 'b' waits for 'c'`)
  })

  it('waits for all jobs of another stack, where that is asked', () => {
    const app = new App()
    const [one, two] = [new TerraformStack(app, 'one'), new TerraformStack(app, 'two')]
    job(one, 'batch', { type: 'batch' })
    job(two, 'web').dependsOn(one, { until: 'complete' })
    expect(two.dependencies).to.deep.equal([one])
    expect(Object.keys(synth(one).terraform_data ?? {})).to.have.length(1)
  })

  it('takes the provider that the job has', () => {
    const stack = newStack()
    new NomadProvider(stack, 'nomad', { address: 'http://us:4646' })
    const eu = new NomadProvider(stack, 'eu', { alias: 'eu', address: 'http://eu:4646', region: 'eu' })
    job(stack, 'web').dependsOn(job(stack, 'batch', { type: 'batch', provider: eu }))
    const { nomad_job: jobs, terraform_data: waits } = synth(stack)
    expect(of(jobs, 'batch')?.provider).to.equal('nomad.eu')
    expect(only(waits)?.provisioner?.[0]?.['local-exec'].environment).to.include({
      NOMAD_ADDR: 'http://eu:4646',
      NOMAD_REGION: 'eu',
    })
  })
})

describe('the wait for a job', () => {
  it('ends when every allocation has ended well', async () => {
    const nomad = nomadSaying(
      { ...running, '/evaluations': [{ Status: 'pending' }], '/allocations': [] },
      { ...running, '/allocations': [alloc('running')] },
      { ...dead, '/allocations': [alloc('complete')] },
    )
    expect(await nomad.wait()).to.equal('done')
    expect(nomad.lines).to.deep.equal(['b: Nomad places it', 'b: 1 of 1 allocations run'])
  })

  it('counts the last attempt, and what was replaced not at all', async () => {
    const allocations = [
      alloc('failed', { NextAllocation: '2' }),
      alloc('failed', { CreateIndex: 11 }),
      alloc('complete', { CreateIndex: 12 }),
      alloc('failed', { Name: 'b.old[0]', DesiredStatus: 'stop' }),
    ]
    expect(await nomadSaying({ ...dead, '/allocations': allocations }).wait()).to.equal('done')
  })

  it('fails with what the task said, once nothing more is tried', async () => {
    const TaskStates = { t: { Failed: true, Events: [{ DisplayMessage: 'Exit Code: 1' }] } }
    const retried = { ...running, '/evaluations': [{ Status: 'pending' }], '/allocations': [alloc('failed')] }
    const nomad = nomadSaying(retried, { ...dead, '/allocations': [alloc('failed', { TaskStates })] })
    expect(await nomad.wait()).to.equal(`'b' failed: b.group[0] is failed (task 't': Exit Code: 1)`)
  })

  it('gives up at the deadline, and says why nothing is placed', async () => {
    const FailedTGAllocs = { group: { DimensionExhausted: { memory: 2 }, ConstraintFiltered: null } }
    const evaluations = [{ Status: 'blocked', FailedTGAllocs }]
    const nomad = nomadSaying({ ...running, '/evaluations': evaluations, '/allocations': [] })
    expect(await nomad.wait()).to.equal(`'b' is not complete after 10 s: no node takes group 'group': memory`)
  })

  it('goes on while Nomad does not answer, and ends where the job is gone or stopped', async () => {
    const away = { '/': new TypeError('ECONNREFUSED') }
    expect(await nomadSaying(away, { ...dead, '/allocations': [alloc('complete')] }).wait()).to.equal('done')
    expect(await nomadSaying({}).wait()).to.contain('is not there any more')
    expect(await nomadSaying({ '/': { Status: 'dead', Stop: true } }).wait()).to.contain('is stopped')
  })

  it('follows the deployment, or the allocations where there is none', async () => {
    const deployment = (Status: string) => ({
      ...running,
      '/deployment': { JobVersion: 0, Status, StatusDescription: 'x' },
    })
    const healthy = { until: 'healthy' as const }
    expect(await nomadSaying(deployment('running'), deployment('successful')).wait(healthy)).to.equal('done')
    expect(await nomadSaying(deployment('failed')).wait(healthy)).to.contain('is failed: x')
    const fresh = { ...running, '/deployment': null, '/allocations': [alloc('running', { ModifyTime: 0 })] }
    expect(await nomadSaying(fresh).wait({ ...healthy, seconds: 30 })).to.equal('done')
    expect(await nomadSaying(fresh).wait({ ...healthy, seconds: 5 })).to.contain('0 of 1 allocations are healthy')
  })

  it('is a script of its own that asks a real HTTP server', async () => {
    const seen: (string | undefined)[] = []
    const server = createServer((request, response) => {
      seen.push(`${request.url} ${String(request.headers['x-nomad-token'])}`)
      const path = new URL(request.url ?? '', 'http://x').pathname.replace('/v1/job/a%2Fb', '') || '/'
      const answer = { ...dead, '/allocations': [alloc('complete')] }[path]
      response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const folder = mkdtempSync(join(tmpdir(), 'nomad-wait-'))
    try {
      const env = {
        PATH: process.env.PATH,
        NOMAD_ADDR: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        NOMAD_TOKEN: 'secret',
        NOMAD_NAMESPACE: 'team',
        WAIT_JOB: 'a/b',
        WAIT_UNTIL: 'complete',
        WAIT_SECONDS: '5',
      }
      const { execFile } = await import('node:child_process')
      const code = await new Promise((resolve) => {
        execFile(process.execPath, ['-e', waitScript()], { env }, (error) => resolve(error?.code ?? 0))
      })
      expect(code).to.equal(0)
      expect(seen[0]).to.equal('/v1/job/a%2Fb?namespace=team secret')
    } finally {
      server.close()
      rmSync(folder, { recursive: true })
    }
  })

  it('is written beside the stack, as valid JavaScript', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'nomad-wait-'))
    const stack = new TerraformStack(new App({ outdir }), 'stack')
    new NomadProvider(stack, 'nomad', { address: 'http://127.0.0.1:4646' })
    job(stack, 'web').dependsOn(job(stack, 'batch', { type: 'batch' }))
    ;(stack.node.root as App).synth()
    const script = join(outdir, 'stacks/stack/wait-for-job.cjs')
    expect(readFileSync(script, 'utf8')).to.equal(waitScript())
    expect(spawnSync(process.execPath, ['--check', script]).status).to.equal(0)
    rmSync(outdir, { recursive: true })
  })
})
