import { join } from 'node:path'
import { Testing } from 'cdktf'
import { expect, use } from 'chai'
import { Cpu, Docker, Job, Memory } from 'nomad-constructs'
import { nomadJobs } from 'nomad-constructs/testing'
import { ShopStack } from './shop'

use(nomadJobs)

describe('the shop', () => {
  const shop = () => new ShopStack(Testing.app(), 'shop', { version: '1.4.2', instances: 3 })

  it('runs three instances with their limits', () => {
    expect(shop())
      .to.haveJob('shop')
      .withMeta({ owner: 'team-shop' })
      .withGroup('shop', { count: 3 })
      .withService('shop')
      .withCheck({ path: '/ready' })
      .withTask('server')
      .withImage(/:1\.4\.2$/)
      .withResources({ memory: Memory.mebibytes(128) })
  })

  it('breaks no rule', () => {
    expect(shop()).to.be.validNomadJobs()
  })

  it('takes images from its own registry alone', () => {
    const stack = shop()
    const job = new Job(stack, 'stranger', { meta: { owner: 'me' } })
    job.addGroup('group').addTask('task', {
      driver: Docker.image('nginx:1.27'),
      resources: { cpu: Cpu.mhz(100), memory: Memory.mebibytes(64) },
    })
    expect(stack).to.haveFinding('policy-registries', 'nginx:1.27')
  })

  it('is what it was', () => {
    expect(shop()).to.haveJob('shop').matchHclSnapshot(join(__dirname, 'shop.nomad.hcl'))
  })
})
