import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { expect } from 'chai'
import { Testing } from 'cdktf'
import { Count, CsiVolume, HclJob, HostVolume, Job, Secret } from '../../nomad'
import { minimal, newStack } from './support'

type Blocks = Record<string, Record<string, { readonly provider?: string }>>

describe('a job of one of several providers', () => {
  it('has all that is made for it from that provider', () => {
    const stack = newStack()
    new NomadProvider(stack, 'nomad', { address: 'http://127.0.0.1:4646' })
    const provider = new NomadProvider(stack, 'eu', { address: 'http://127.0.0.1:5646', alias: 'eu' })
    const job = new Job(stack, 'db', { provider })
    const task = job.addGroup('db', { count: Count.preserved() }).addTask('postgres', minimal)
    Secret.at('site/db', ['password']).grantRead(task)
    new HostVolume(stack, 'data', { provider }).mountIn(task, '/data')
    new CsiVolume(stack, 'more', { provider, plugin: 'ebs', accessMode: 'single-node-writer' }).mountIn(task, '/more')
    new HclJob(stack, 'old', { provider, text: 'job "old" {}' })

    const { resource, data } = JSON.parse(Testing.synth(stack)) as { resource: Blocks; data: Blocks }
    const made = [resource, data].flatMap((blocks) =>
      Object.entries(blocks).flatMap(([type, all]) => Object.values(all).map((one) => [type, one.provider])),
    )
    expect(made.sort()).to.deep.equal([
      ['nomad_acl_policy', 'nomad.eu'],
      ['nomad_allocations', 'nomad.eu'],
      ['nomad_csi_volume', 'nomad.eu'],
      ['nomad_dynamic_host_volume', 'nomad.eu'],
      ['nomad_job', 'nomad.eu'],
      ['nomad_job', 'nomad.eu'],
      ['nomad_job', 'nomad.eu'],
    ])
  })
})
