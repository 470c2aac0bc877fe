import { expect } from 'chai'
import { Web } from '../../jobs/web'
import { onlyGroup, synthesize, task } from './support'

const make = (props = {}) =>
  synthesize((s) => new Web(s, 'web', { image: 'r/web:1', nginxImage: 'r/nginx:1', ...props }))

describe('the job web', () => {
  it('is a group of the application and nginx that share a network', () => {
    const group = onlyGroup(make())
    expect(group.network?.[0]).to.deep.include({ mode: 'bridge' })
    expect(group.task?.map((t) => t.name)).to.deep.equal(['server', 'nginx'])
    expect(group.count).to.equal(3)
  })

  it('changes nothing but the count with the number of instances', () => {
    expect(onlyGroup(make({ instances: 7 }))).to.deep.equal({ ...onlyGroup(make()), count: 7 })
  })

  it('is healthy when the application is ready', () => {
    expect(onlyGroup(make()).service?.[0]?.check?.[0]).to.include({ type: 'http', path: '/health/ready' })
  })

  it('gets its secrets from variables, not from the text', () => {
    const server = task(make(), 'server')
    expect(server.template?.[0]).to.include({ destination: 'secrets/server.env', env: true })
    expect(Object.keys(server.env ?? {}).filter((key) => /(PASSWORD|KEY)$/.test(key))).to.deep.equal([])
  })

  it('restarts nobody for a new password of MySQL', () => {
    const { template = [], env = {} } = task(make(), 'server')
    const files = template.filter((one) => one.data?.includes('mysql_password'))
    expect(files.map((one) => [one.destination, one.change_mode])).to.deep.equal([['secrets/mysql_password', 'noop']])
    expect(env['MYSQL_PASSWORD_FILE']).to.equal('${NOMAD_SECRETS_DIR}/mysql_password')
  })

  for (const name of ['server', 'nginx']) {
    it(`limits ${name} and gives it a read-only root file system`, () => {
      const { resources, config } = task(make(), name)
      expect(resources?.memory).to.be.a('number')
      expect(resources?.cpu).to.be.a('number')
      expect(config).to.include({ readonly_rootfs: true })
    })
  }
})
