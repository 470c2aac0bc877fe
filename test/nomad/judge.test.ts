import { expect } from 'chai'
import { TerraformVariable } from 'cdktf'
import { type Judge, judgeJob, Validation, type Verdict } from '../../nomad'
import { minimal, newStack, simpleJob } from './support'

/** A judge that says this, and remembers what it was asked. */
function judgeSaying(verdict: Verdict, later = true) {
  const asked: { hcl: string; variables: unknown }[] = []
  const judge: Judge = {
    check: (hcl, options) => {
      asked.push({ hcl, variables: options.variables })
      return later ? Promise.resolve(verdict) : verdict
    },
  }
  return { judge, asked }
}

const fine: Verdict = { parsed: { ok: true }, validation: { errors: [], warnings: [] } }
const refused: Verdict = {
  parsed: { ok: true },
  validation: {
    errors: [{ path: 'TaskGroups[group].Tasks[task].Services[x]', message: 'bad service' }],
    warnings: [{ path: '', message: 'deprecated' }],
  },
}

describe("Nomad's own verdict", () => {
  it('is reported with the construct paths of what it is about', async () => {
    const { job } = simpleJob()
    Validation.of(job).with(judgeSaying(refused).judge)
    const said = await Validation.of(job.node.root).run()
    expect(said.map((f) => [f.rule, f.level, f.path])).to.deep.equal([
      ['nomad-refuses', 'error', 'stack/job/group/task'],
      ['nomad-warns', 'warning', 'stack/job'],
    ])
    expect(job.findings()).to.deep.include.members([...said])
  })

  it('says in which group and task the parser stopped', async () => {
    const { job } = simpleJob()
    const line =
      job
        .render()
        .hcl.split('\n')
        .findIndex((text) => text.includes('driver')) + 1
    const { judge } = judgeSaying({
      parsed: { ok: false, error: '1 error', diagnostics: [{ summary: 'No', detail: 'such', start: { line } }] },
    })
    const [finding] = await judgeJob(job, judge)
    expect(finding).to.include({ rule: 'nomad-parser', path: 'stack/job/group/task' })
    expect(finding?.problem).to.contain('No: such')
  })

  it('is an error where a synth would go on without it', () => {
    const { job } = simpleJob()
    Validation.of(job).with(judgeSaying(fine).judge)
    expect(job.findings('error').map((f) => f.rule)).to.deep.equal(['not-judged'])
  })

  it('is asked by the synth where it is known at once, and once for one text', () => {
    const { job, group } = simpleJob()
    const { judge, asked } = judgeSaying(refused, false)
    Validation.of(job.node.root).with(judge)
    expect(job.findings('error').map((f) => f.rule)).to.deep.equal(['nomad-refuses'])
    job.findings()
    expect(asked).to.have.length(1)
    group.addTask('another', minimal)
    job.findings()
    expect(asked).to.have.length(2)
  })

  it('is old when the job has changed since', async () => {
    const { job, group } = simpleJob()
    Validation.of(job).with(judgeSaying(fine).judge)
    await Validation.of(job).run()
    expect(job.findings('error')).to.deep.equal([])
    group.addTask('another', minimal)
    expect(job.findings('error').map((f) => f.rule)).to.deep.equal(['not-judged'])
  })

  it('is the nearest judge', async () => {
    const { job } = simpleJob()
    Validation.of(job.node.root).with(judgeSaying(refused).judge)
    Validation.of(job).with(judgeSaying(fine).judge)
    expect(await Validation.of(job.node.root).run()).to.deep.equal([])
  })

  it('takes stand-ins for what only Terraform knows, and leaves out what is said about them', async () => {
    const stack = newStack()
    const { job } = simpleJob()
    const owner = new TerraformVariable(stack, 'owner', { type: 'string' })
    const group = job.addGroup('second')
    group.addTask('task', { ...minimal, user: owner.stringValue })
    const { judge, asked } = judgeSaying({
      parsed: { ok: true },
      validation: { errors: [{ path: '', message: 'no user "known-after-apply"' }], warnings: [] },
    })
    expect(await judgeJob(job, judge)).to.deep.equal([])
    expect(Object.values(asked[0]?.variables ?? {})).to.deep.equal(['known-after-apply'])
  })

  it('fails where the judge fails', async () => {
    const { job } = simpleJob()
    Validation.of(job).with({ check: () => Promise.reject(new Error('no memory')) })
    const failed = await Validation.of(job)
      .run()
      .then(
        () => undefined,
        (error: unknown) => error,
      )
    expect(String(failed)).to.contain('no memory')
  })
})
