import { Testing, TerraformStack } from 'cdktf'
import { expect, use } from 'chai'
import { Memory } from 'nomad-constructs'
import { nomadJobs } from 'nomad-constructs/testing'
import { Proxy } from './proxy'
import { Web } from './web'

use(nomadJobs)

describe('a web service behind HAProxy', () => {
  const site = () => {
    const stack = new TerraformStack(Testing.app(), 'site')
    const web = new Web(stack, 'web', { instances: 5 })
    new Proxy(stack, 'proxy', { service: web.service, port: 80 })
    return stack
  }

  it('runs so many instances, each with a health check', () => {
    expect(site())
      .to.haveJob('web')
      .withGroup('web', { count: 5 })
      .withService('web')
      .withCheck({ path: '/health' })
      .withTask('server')
      .withResources({ memory: Memory.mebibytes(32) })
  })

  it('sends requests to the healthy ones, from every node', () => {
    expect(site())
      .to.haveJob('proxy', { type: 'system' })
      .withGroup('haproxy')
      .withPort('http', { static: 80 })
      .withTask('haproxy')
      .withTemplate('local/haproxy.cfg', { data: /range service "web"/, change_signal: 'SIGUSR2' })
  })

  it('breaks no rule', () => {
    expect(site()).to.be.validNomadJobs()
  })
})
