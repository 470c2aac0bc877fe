import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ApiJob, ParseOptions } from 'nomad-engine'
import { main } from '../../scheduler/cli/main'
import type { Report } from '../../scheduler/placement'
import { FirstFit, job } from './support'

/** Its parser reads API JSON behind the variables' blocks. */
class Fake extends FirstFit {
  readonly parsed: ParseOptions[] = []

  parse(hcl: string, options: ParseOptions = {}) {
    this.parsed.push(options)
    if (hcl.includes('wrong')) return Promise.resolve({ ok: false as const, error: 'line 3: no', diagnostics: [] })
    return Promise.resolve({ ok: true as const, job: JSON.parse(hcl.slice(hcl.indexOf('{"ID"'))) as ApiJob })
  }
}

const text = (id: string, more: Parameters<typeof job>[2] = {}, given = {}) => JSON.stringify(job(id, given, more))

describe('scheduler/planner', () => {
  let folder: string
  let engine: Fake
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'planner-'))
    engine = new Fake()
  })

  async function run(...argv: string[]) {
    const said = { out: '', err: '' }
    const code = await main(argv, {
      out: (more) => void (said.out += more),
      err: (more) => void (said.err += more),
      engine,
    })
    return { code, ...said }
  }

  /** A file in the folder. */
  function file(name: string, content: string | object): string {
    const path = join(folder, name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }

  /** What cdktf leaves: `web` depends on `data`, and comes first. */
  function synth(vars: Record<string, string> = {}, head = ''): string {
    const stack = (dependencies: string[], name: string) => ({
      dependencies,
      synthesizedStackPath: `stacks/${name}/cdk.tf.json`,
    })
    file('out/manifest.json', { stacks: { web: stack(['data'], 'web'), data: stack([], 'data') } })
    file('out/stacks/web/cdk.tf.json', {
      resource: { nomad_job: { r1: { jobspec: head + text('nginx'), hcl2: { vars } } } },
    })
    const after = { jobspec: text('schema'), depends_on: ['nomad_acl_policy.x', 'nomad_job.r3'] }
    file('out/stacks/data/cdk.tf.json', { resource: { nomad_job: { r2: after, r3: { jobspec: text('mysql') } } } })
    file('out/stacks/data/stale.nomad.hcl', text('stale'))
    return join(folder, 'out')
  }

  const small = ['--nodes', '2', '--cpu', '1000', '--memory', '250']

  it('says how it is called', async () => {
    const { code, out } = await run('--help')
    expect(code).to.equal(0)
    for (const word of ['--minnowboards', '--cluster', '--losing', '--dispatch', '--json', 'Exit codes'])
      expect(out).to.contain(word)
    for (const argv of [['fit', '-h'], ['help']]) expect(await run(...argv)).to.deep.include({ code: 0, out })
    expect(await run()).to.deep.include({ code: 2, out })
  })

  it('says where everything goes, and that it fits', async () => {
    const { code, out } = await run('fit', file('web.nomad.hcl', text('web', { Count: 3 })), ...small, '--losing', '0')
    expect(code).to.equal(0)
    expect(out)
      .to.contain('web  service        50  3 of 3  node-1 (2), node-2\n')
      .and.to.match(/\nit fits on 2 nodes\n$/)
  })

  it('says what does not fit', async () => {
    const path = file('web.nomad.hcl', text('web', { Count: 5 }))
    expect(await run('fit', path, ...small)).to.deep.include({ code: 1, err: '' })
    const lost = await run('fit', file('two.nomad.hcl', text('two', { Count: 4 })), ...small, '--losing', '1')
    expect(lost.code).to.equal(1)
    expect(lost.out).to.match(/without node-1: two\.two: 2 of 4 have no place[\s\S]+but not when any 1 node is lost\n$/)
    expect(await run('fit', file('n.nomad.hcl', text('n')), ...small, '--lose', 'node-1')).to.include({ code: 0 })
  })

  it('is read by programs with --json', async () => {
    const { code, out } = await run(
      'fit',
      file('web.nomad.hcl', text('web')),
      '--minnowboards',
      '3',
      '--losing',
      '1',
      '--json',
    )
    const report = JSON.parse(out) as Report
    expect([code, report.fits, report.nodes.length, report.losing?.losses.length]).to.deep.equal([0, true, 3, 3])
  })

  it('reads the folder of a synth, stacks and jobs in the order of their dependencies', async () => {
    await run('fit', synth(), '--minnowboards', '1')
    expect(engine.asked[0]?.jobs.map((one) => (one as ApiJob).ID)).to.deep.equal(['mysql', 'schema', 'nginx'])
  })

  it('gives a job its variables: texts as they are, a stand-in for what only Terraform knows, and what it is told', async () => {
    const head =
      'variable "image" {\n  type = string\n}\n\nvariable "n" {\n  type = number\n}\n\nvariable "t" {\n  type = string\n}\n'
    const folder = synth({ image: '${var.image}', t: 'a $${b}', n: '${data.x.n}' }, head)
    const refused = await run('fit', folder, '--minnowboards', '1')
    expect(refused.code).to.equal(2)
    expect(refused.err).to.match(
      /the variable 'n' is known to Terraform only[\s\S]+given {4}\$\{data\.x\.n\}[\s\S]+do {7}add --var n=VALUE/,
    )
    engine.parsed.length = 0
    expect(await run('fit', folder, '--minnowboards', '1', '--var', 'n=4')).to.include({ code: 0, err: '' })
    expect(engine.parsed.map(({ varArgs }) => varArgs)).to.deep.equal([
      [],
      [],
      ['image=known-after-apply', 't=a ${b}', 'n=4'],
    ])
    expect((await run('fit', folder, '--minnowboards', '1', '--var', 'n=4', '--var', 'm=1')).err).to.contain(
      "no job declares the variable of 'm=1'",
    )
  })

  it('reads other folders, and API JSON', async () => {
    file('jobs/b.nomad.hcl', text('b'))
    file('jobs/deep/a.nomad.hcl', text('a'))
    file('jobs/readme.md', 'x')
    const list = file('list.json', [{ Job: job('c') }, job('d')])
    await run('fit', join(folder, 'jobs'), list, file('one.json', { Job: job('e') }), '--minnowboards', '1')
    expect(engine.asked[0]?.jobs.map((one) => (one as ApiJob).ID)).to.deep.equal(['b', 'a', 'c', 'd', 'e'])
  })

  it('counts how many more fit', async () => {
    const path = file('web.nomad.hcl', text('web', { Count: 2 }))
    expect(await run('more', 'web', path, ...small)).to.deep.include({ code: 0, out: '2 more of web fit\n' })
    expect(await run('more', 'web.web', path, ...small, '--json')).to.deep.include({
      out: '{"job":"web","group":"web","more":2,"fits":true}\n',
    })
    const full = file('full.nomad.hcl', text('a.b', { Count: 4 }))
    expect(await run('more', 'a.b', full, ...small)).to.deep.include({ code: 1, out: '0 more of a.b fit\n' })
    const over = file('over.nomad.hcl', text('over', { Count: 5 }))
    expect(await run('more', 'over', over, ...small)).to.deep.include({ code: 1 })
  })

  it('says what is wrong with how it was called', async () => {
    const path = file('web.nomad.hcl', text('web'))
    for (const [argv, said] of [
      [['fti'], "no command 'fti'. Allowed: fit, more."],
      [['fit', path], 'no cluster given. Allowed: one of'],
      [['fit', path, '--minnowboards', '2', '--cluster'], '--minnowboards and --cluster given'],
      [['fit', path, '--minnowboards', 'x'], "--minnowboards: expected a whole number of 1 or more, got 'x'"],
      [['fit', path, '--nodes', '2'], '--nodes needs --cpu MHZ and --memory MB'],
      [['fit', path, '--minnowboards', '2', '--cpu', '1'], '--cpu says what --nodes are like'],
      [['fit', path, '--minnowboards', '2', '--losing', '1', '--lose', 'a'], 'exclude each other'],
      [['fit', path, '--minnowboards', '2', '--var', 'x'], "--var: expected NAME=VALUE, got 'x'"],
      [['fit', path, '--minnowboards', '2', '--wat'], '--wat'],
      [['fit', join(folder, 'none.hcl'), '--minnowboards', '2'], 'none.hcl'],
      [['fit', file('bad.json', '{'), '--minnowboards', '2'], 'is no job as'],
      [['fit', file('empty/readme.md', '') && join(folder, 'empty'), '--minnowboards', '2'], 'no job in'],
      [['more', '--minnowboards', '2'], 'more: no job given'],
    ] as const) {
      const { code, out, err } = await run(...argv)
      expect([code, out], argv.join(' ')).to.deep.equal([2, ''])
      expect(err, argv.join(' ')).to.contain(said).and.to.contain('--help')
    }
    const refused = await run('fit', file('wrong.nomad.hcl', 'wrong'), '--minnowboards', '2')
    expect(refused.code).to.equal(2)
    expect(refused.err).to.match(/parser refuses the job of .*wrong\.nomad\.hcl\n {2}given {4}line 3: no/)
    expect(await run('fit', path, '--minnowboards', '2', '--losing', '2')).to.include({ code: 2 })
  })
})
