import { expect } from 'chai'
import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { App, TerraformStack } from 'cdktf'
import { Constraint, Job, type JobProps, Network, Node, Update } from '../../nomad'
import { minimal } from './support'

/** A stack with a provider of its own cluster. */
function stackOf(app: App, id: string, address = 'http://nomad:4646'): TerraformStack {
  const stack = new TerraformStack(app, id)
  new NomadProvider(stack, 'nomad', { address })
  return stack
}

function jobOn(stack: TerraformStack, id: string, port: number, props: JobProps = {}): Job {
  const job = new Job(stack, id, { silence: ['docker-port-unpublished', 'duplicate-job-id'], ...props })
  const group = job.addGroup('group', { network: Network.host() })
  group.addPort('http', { static: port })
  group.addTask('task', minimal)
  return job
}

const names = (job: Job) => job.findings().map((finding) => finding.rule)

describe('the jobs of an app', () => {
  let app: App
  let stack: TerraformStack

  beforeEach(() => {
    app = new App()
    stack = stackOf(app, 'one')
  })

  it('have each a port of their own where one of them runs everywhere', () => {
    const first = jobOn(stack, 'proxy', 80, { type: 'system' })
    const second = jobOn(stackOf(app, 'two'), 'web', 80)
    expect(names(first)).to.deep.equal([])
    const [finding] = second.findings()
    expect(finding).to.include({ rule: 'static-port-taken', level: 'error', path: 'two/web/group' })
    expect(finding?.given).to.equal(`'http' and 'http' of one/proxy/group, both static 80`)
  })

  it('are warned about where they only never share a node, and only there', () => {
    jobOn(stack, 'a', 80)
    expect(names(jobOn(stack, 'b', 80))).to.deep.equal(['static-port-shared'])
    expect(names(jobOn(stack, 'c', 81))).to.deep.equal([])
    expect(names(jobOn(stack, 'd', 80, { silence: ['static-port-shared', 'docker-port-unpublished'] }))).to.deep.equal(
      [],
    )
  })

  it('may have the same port on other nodes', () => {
    jobOn(stack, 'a', 80, { type: 'system', nodePool: 'edge', datacenters: ['dc1'] })
    expect(names(jobOn(stack, 'pool', 80, { nodePool: 'core' }))).to.deep.equal([])
    expect(names(jobOn(stack, 'dc', 80, { nodePool: 'edge', datacenters: ['dc2'] }))).to.deep.equal([])
    expect(names(jobOn(stack, 'all', 80, { nodePool: 'all' }))).to.deep.equal(['static-port-shared'])
  })

  it('may have the same port where constraints keep them apart', () => {
    const role = (value: string) => [Constraint.where(Node.meta('role'), '=', value)]
    jobOn(stack, 'a', 80, { type: 'system', constraints: role('edge') })
    expect(names(jobOn(stack, 'other', 80, { constraints: role('core') }))).to.deep.equal([])
    expect(names(jobOn(stack, 'same', 80, { constraints: role('edge') }))).to.deep.equal(['static-port-taken'])
  })

  it('are strangers to those of another cluster', () => {
    jobOn(stack, 'web', 80, { type: 'system', silence: ['docker-port-unpublished'] })
    const other = stackOf(app, 'two', 'http://elsewhere:4646')
    expect(names(jobOn(other, 'web', 80, { silence: ['docker-port-unpublished'] }))).to.deep.equal([])
  })

  it('are each another job in Nomad', () => {
    jobOn(stack, 'web', 80)
    const other = jobOn(stackOf(app, 'two'), 'web', 81, { silence: ['docker-port-unpublished'] })
    expect(names(other)).to.deep.equal(['duplicate-job-id'])
    const elsewhere = jobOn(stackOf(app, 'three'), 'web', 82, {
      namespace: 'other',
      silence: ['docker-port-unpublished'],
    })
    expect(names(elsewhere)).to.deep.equal([])
  })

  it('are compared again when one of them changes', () => {
    const first = jobOn(stack, 'a', 80, { type: 'system' })
    const second = jobOn(stack, 'b', 80)
    expect(names(second)).to.deep.equal(['static-port-taken'])
    first.patch({ op: 'replace', path: '/group/group/network/0/port/http/static', value: 81 })
    expect(names(second)).to.deep.equal([])
  })

  it('stop the synth where they clash', () => {
    jobOn(stack, 'a', 80, { type: 'system' })
    jobOn(stack, 'b', 80)
    expect(() => {
      for (const error of stack.node.findAll().flatMap((c) => c.node.validate())) throw new Error(error)
    }).to.throw('[static-port-taken]')
  })
})

describe('a silence', () => {
  it('leaves out what it names, and nothing else', () => {
    const job = jobOn(stackOf(new App(), 'one'), 'a', 25000, { update: Update.canary(1) })
    const [all, some] = [names(job), ['canary-waits', 'no-auto-revert']]
    const silenced = jobOn(stackOf(new App(), 'one'), 'a', 25000, {
      update: Update.canary(1),
      silence: ['docker-port-unpublished', ...some],
    })
    expect(all).to.include.members(some)
    expect(names(silenced)).to.deep.equal(all.filter((name) => !some.includes(name)))
  })

  it('of a rule that is not there is an error', () => {
    const job = jobOn(stackOf(new App(), 'one'), 'a', 80, { silence: ['docker-port-unpublishd'] })
    const finding = job.findings('error').find((f) => f.rule === 'unknown-silence')
    expect(finding?.given).to.equal(`silence: ['docker-port-unpublishd']`)
    expect(finding?.allowed).to.include(`'docker-port-unpublished'`)
  })
})
