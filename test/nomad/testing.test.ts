import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TerraformStack } from 'cdktf'
import { AssertionError, expect, use } from 'chai'
import {
  Action,
  Affinity,
  Check,
  Constraint,
  Cpu,
  Docker,
  Duration,
  Job,
  type Judge,
  Memory,
  Network,
  Node,
  Spread,
  Template,
  Update,
} from '../../nomad'
import { nomadJobs } from '../../nomad/testing'
import { lineDiff } from '../../nomad/testing/line-diff'
import { minimal, newStack } from './support'

use(nomadJobs)

function site(): TerraformStack {
  const stack = newStack()
  const job = new Job(stack, 'web', {
    meta: { owner: 'me' },
    update: Update.rolling({ autoRevert: true, healthyDeadline: Duration.minutes(2) }),
  })
  const group = job.addGroup('web', {
    count: 2,
    network: Network.bridge(),
    constraints: [Constraint.where(Node.attr('kernel.name'), '=', 'linux'), Constraint.distinctHosts()],
    affinities: [Affinity.where(Node.meta('disk'), '=', 'ssd', 30)],
    spreads: [Spread.over(Node.datacenter)],
  })
  const http = group.addPort('http', { to: 80 })
  group.addVolume('data')
  group.addService('web', {
    port: http,
    checks: [Check.http('/health', { every: Duration.seconds(5), timeout: Duration.seconds(1) })],
  })
  group
    .addTask('server', {
      driver: Docker.image('registry/web:1.2'),
      resources: { cpu: Cpu.mhz(100), memory: Memory.mebibytes(64) },
      env: { PORT: 80, HOST: '0.0.0.0' },
      templates: [Template.of('hello', { destination: 'local/hello' })],
      actions: [Action.of('reload', 'kill', ['-HUP', '1'])],
    })
    .mount('data', '/data')
  job.addGroup('cron').addTask('tidy', minimal)
  return stack
}

/** What a person reads when the assertion fails. */
function failure(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof AssertionError) return error.message
    throw error
  }
  throw new Error('it did not fail')
}

describe('assertions on jobs', () => {
  it('look into a job, block by block', () => {
    expect(site())
      .to.haveJob('web', { type: 'service' })
      .withMeta({ owner: 'me' })
      .withGroup('web', { count: 2 })
      .withPort('http', { to: 80 })
      .withVolume('data')
      .withConstraint(Constraint.distinctHosts())
      .withConstraint({ value: 'linux' })
      .withAffinity(Affinity.where(Node.meta('disk'), '=', 'ssd', 30))
      .withSpread({ attribute: '${node.datacenter}' })
      .withService('web', { port: 'http' })
      .withCheck({ type: 'http', path: '/health', interval: '5s' })
      .withTask('server', { driver: 'docker' })
      .withImage(/^registry\//)
      .withResources({ memory: Memory.mebibytes(64) })
      .withResources({ cpu: Cpu.mhz(100), memory: Memory.mebibytes(64) })
      .withEnv({ PORT: '80', HOST: /^0/ })
      .withTemplate('local/hello', { data: /hello/ })
      .withMount('data', { destination: '/data' })
      .withAction('reload', { command: 'kill' })
    expect(site())
      .to.haveJob('web')
      .thatHas(Update.rolling({ autoRevert: true }))
    expect(site()).not.to.haveJob('db')
    expect(site()).to.haveJob('web').not.withGroup('db')
  })

  it('say what there is instead, and what was probably meant', () => {
    const stack = site()
    expect(failure(() => expect(stack).to.haveJob('wbe'))).to.equal(
      "expected a job 'wbe'\n  there is 'web'\n  closest  'web'",
    )
    expect(failure(() => expect(newStack()).to.haveJob('web'))).to.equal("expected a job 'web'\n  there is none")
    expect(failure(() => expect(stack).to.haveJob('web').withGroup('database'))).to.equal(
      "expected job 'web' to have a group 'database'\n  there is 'web', 'cron'",
    )
    expect(failure(() => expect(stack).to.haveJob('web').withGroup('web').withTask('tidy'))).to.equal(
      "expected group 'web' of job 'web' to have a task 'tidy'\n  there is 'server'\n  it is in group 'cron'",
    )
  })

  it('say each place that differs', () => {
    const task = () => expect(site()).to.haveJob('web').withGroup('web').withTask('server')
    expect(
      failure(() => expect(site()).to.haveJob('web').withGroup('web', { count: 3, shutdown_delay: '5s' })),
    ).to.equal(
      "expected group 'web' of job 'web' to match, but\n  count: expected 3, got 2\n  shutdown_delay: expected \"5s\", got nothing",
    )
    expect(failure(() => task().withResources({ cpu: Cpu.mhz(200), memory: Memory.mebibytes(64) }))).to.match(
      /resources of task 'server'.*\n {2}cpu: expected 200, got 100$/,
    )
    expect(failure(() => task().withImage('web:1'))).to.match(/image: expected "web:1", got "registry\/web:1.2"/)
    expect(failure(() => task().withEnv({ PORT: '81' }))).to.match(/PORT: expected "81", got "80"/)
    expect(failure(() => task().withMeta({ a: 'b' }))).to.match(/a: expected "b", got nothing/)
  })

  it('show the closest block where none matches', () => {
    const group = () => expect(site()).to.haveJob('web').withGroup('web')
    const constraint = Constraint.where(Node.attr('kernel.name'), '=', 'windows')
    expect(failure(() => group().withConstraint(constraint))).to.equal(
      `expected group 'web' of job 'web' to have the constraint {"attribute":"\${attr.kernel.name}","value":"windows"}
  closest  {"attribute":"\${attr.kernel.name}","value":"linux"}
    value: expected "windows", got "linux"`,
    )
    expect(failure(() => group().withService('web').withCheck({ type: 'tcp' }))).to.match(
      /^expected service 'web' of group 'web' of job 'web' to have the check .*\n {2}closest .*\n {4}type: expected "tcp", got "http"$/,
    )
    expect(
      failure(() =>
        expect(site())
          .to.haveJob('web')
          .thatHas(Update.rolling({ autoRevert: false })),
      ),
    ).to.match(/auto_revert: expected false, got true/)
    expect(failure(() => group().withTask('server').withConstraint(constraint))).to.match(/there is none$/)
    expect(failure(() => group().not.withConstraint(Constraint.distinctHosts()))).to.match(/not to have the constraint/)
  })

  it('say that a job has to be named first', () => {
    expect(failure(() => expect(site()).withGroup('web'))).to.equal(
      'say which job first: expect(stack).to.haveJob(id), or expect(job)',
    )
  })
})

describe('validNomadJobs', () => {
  const says = (message?: string): Judge => ({
    check: () =>
      Promise.resolve({
        parsed: { ok: true },
        validation: { errors: message === undefined ? [] : [{ path: 'TaskGroups[web]', message }], warnings: [] },
      }),
  })

  it('holds where no rule finds an error', () => {
    expect(site()).to.be.validNomadJobs()
    const stack = site()
    new Job(stack, 'empty')
    expect(failure(() => expect(stack).to.be.validNomadJobs())).to.match(/^expected valid jobs, but\nstack\/empty: /)
    expect(stack).not.to.be.validNomadJobs()
  })

  it('does not hold of nothing', () => {
    expect(failure(() => expect(newStack()).to.be.validNomadJobs())).to.match(/there is none/)
    expect(failure(() => expect('text').to.be.validNomadJobs())).to.match(/there is none/)
  })

  it('asks Nomad as well, where somebody hands it over', async () => {
    await expect(site()).to.be.validNomadJobs(says())
    let message = ''
    await expect(site())
      .to.be.validNomadJobs(says('no such thing'))
      .catch((error: unknown) => (message = error instanceof Error ? error.message : ''))
    expect(message).to.match(/^expected valid jobs, but\nstack\/web\/web: Nomad says: no such thing \[nomad-refuses\]/)
  })
})

describe('matchHclSnapshot', () => {
  let folder: string
  let before: string | undefined
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'snapshot-'))
    before = process.env['UPDATE_SNAPSHOTS']
    delete process.env['UPDATE_SNAPSHOTS']
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
    if (before === undefined) delete process.env['UPDATE_SNAPSHOTS']
    else process.env['UPDATE_SNAPSHOTS'] = before
  })

  it('writes the file when told, and compares with it from then on', () => {
    const file = join(folder, 'deep', 'web.nomad.hcl')
    expect(failure(() => expect(site()).to.matchHclSnapshot(file))).to.match(/which isn't there\n.*UPDATE_SNAPSHOTS=1/)
    expect(existsSync(file)).to.equal(false)
    process.env['UPDATE_SNAPSHOTS'] = '1'
    expect(site()).to.matchHclSnapshot(file)
    delete process.env['UPDATE_SNAPSHOTS']
    expect(site()).to.matchHclSnapshot(file)
    expect(site()).to.haveJob('web').withGroup('web').matchHclSnapshot(file)

    writeFileSync(file, readFileSync(file, 'utf8').replace('count = 2', 'count = 3'))
    const message = failure(() => expect(site()).to.matchHclSnapshot(file))
    expect(message).to.include('-     count = 3\n+     count = 2\n')
    expect(message.split('\n').length).to.be.below(15)
  })
})

describe('lineDiff', () => {
  it('shows changes with what is around them', () => {
    const text = Array.from({ length: 20 }, (_, i) => `line ${i}`)
    const other = text.with(4, 'changed').toSpliced(15, 1)
    expect(lineDiff(text.join('\n'), other.join('\n'), 1)).to.equal(
      ['  line 3', '- line 4', '+ changed', '  line 5', '  ...', '  line 14', '- line 15', '  line 16'].join('\n'),
    )
    expect(lineDiff('a', 'a')).to.equal('')
    expect(lineDiff('', 'a')).to.equal('- \n+ a')
  })
})
