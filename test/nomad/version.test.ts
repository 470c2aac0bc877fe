import { expect } from 'chai'
import { Fleet, Template } from '../../nomad'
import { structs } from '../../nomad/spec'
import { isBefore } from '../../nomad/version'
import { minimal, simpleJob } from './support'

const found = (job: ReturnType<typeof simpleJob>['job'], rule: string) =>
  job.findings('error').filter((finding) => finding.rule === rule)

describe('versions of Nomad', () => {
  it('are the newest that is known unless the fleet says another', () => {
    const { job, group } = simpleJob()
    const template = Template.of('x', { destination: 'local/x', once: true })
    group.addTask('second', { ...minimal, templates: [template] })
    expect(found(job, 'nomad-version')).to.deep.equal([])
    Fleet.of(job.node.root).runs('1.10')
    expect(found(job, 'nomad-version')).to.deep.equal([
      {
        rule: 'nomad-version',
        level: 'error',
        path: 'stack/job/group/second',
        problem: `Nomad 1.10 has no 'once' in its Template`,
        given: 'once',
        allowed: 'from Nomad 1.11 on',
        do: `leave it out, or say what the cluster runs: Fleet.of(app).runs('1.11')`,
      },
    ])
  })

  it('are the nearest that is said', () => {
    const { job } = simpleJob({ raw: { secret: [{ name: 'x', provider: 'nomad', path: 'a' }] } })
    Fleet.of(job.node.root).runs('1.8')
    expect(found(job, 'nomad-version')).to.not.be.empty
    Fleet.of(job).runs('1.11')
    expect(found(job, 'nomad-version')).to.deep.equal([])
  })

  it('end where the server that we know ends, though its api module has more', () => {
    const { job } = simpleJob()
    job.addGroup('third', { raw: { max_run_duration: '1h' } }).addTask('t', minimal)
    expect(found(job, 'nomad-version').map((f) => f.allowed)).to.deep.equal(['from Nomad 2.0 on'])
  })

  it('come in the order of their numbers', () => {
    expect(isBefore('1.9', '1.10')).to.equal(true)
    expect(isBefore('1.10', '1.9')).to.equal(false)
    expect(isBefore('1.11', '2.0')).to.equal(true)
    expect(isBefore('1.9', '1.9')).to.equal(false)
  })

  it('are known of every field, and all tested ones are there', () => {
    const since = Object.values(structs).flatMap((s) => s.fields.flatMap((f) => f.since ?? []))
    expect([...new Set(since)].sort()).to.deep.equal(['1.10', '1.11', '1.9', '2.0'])
  })
})

describe('keys of blocks', () => {
  it('are any text where HCL can write that, and an error where it can not', () => {
    const { job, group } = simpleJob({ meta: { 'a.b': 'x' } })
    group.addTask('second', { ...minimal, env: { 'c d': 'y' } })
    expect(found(job, 'unwritable-key')).to.deep.equal([])
    expect(job.render().hcl).to.contain('"a.b" = "x"').and.contain('"c d" = "y"')
    group.addService('web', { meta: { 'a.b': 'x', größe: '1' } })
    expect(found(job, 'unwritable-key').map((f) => f.given)).to.deep.equal([`'a.b'`])
  })
})
