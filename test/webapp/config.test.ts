import { expect } from 'chai'
import { ConfigError, readConfig } from '../../webapp/config.js'

const enough = { MYSQL_USER: 'web', MYSQL_PASSWORD: 'pw', COOKIE_KEY: 'k'.repeat(32) }

describe('webapp config', () => {
  it('needs little, and has defaults for the rest', () => {
    const config = readConfig(enough)
    expect(config).to.deep.include({ host: '127.0.0.1', port: 3000, logLevel: 'info', drainMs: 3_000 })
    expect(config.consul.address.href).to.equal('http://127.0.0.1:8500/')
    expect(config.cassandra).to.deep.equal({
      service: 'cassandra',
      datacenter: 'dc1',
      keyspace: 'posts',
      credentials: undefined,
    })
  })

  it('takes everything that the job sets', () => {
    const config = readConfig({
      ...enough,
      HOST: '::1',
      PORT: '8080',
      NODE_ADDRESS: '198.18.0.11',
      CONSUL_HTTP_ADDR: '198.18.0.11:8500',
      CONSUL_HTTP_TOKEN: 'token',
      CASSANDRA_USER: 'posts',
      CASSANDRA_PASSWORD: 'secret',
      COOKIE_SECURE: 'true',
      DRAIN_SECONDS: '0',
    })
    expect(config.consul).to.deep.equal({ address: new URL('http://198.18.0.11:8500'), token: 'token' })
    expect(config.cassandra.credentials).to.deep.equal({ user: 'posts', password: 'secret' })
    expect(config).to.deep.include({ port: 8080, nodeAddress: '198.18.0.11', drainMs: 0 })
    expect(config.cookie.secure).to.equal(true)
  })

  it('takes the password of MySQL from a file, or as a value, not both', () => {
    const without = { ...enough, MYSQL_PASSWORD: '' }
    expect(readConfig(enough).mysql.password).to.equal('pw')
    const file = { ...without, MYSQL_PASSWORD_FILE: '/secrets/pw' }
    expect(readConfig(file).mysql.password).to.deep.equal({ file: '/secrets/pw' })
    for (const env of [without, { ...enough, MYSQL_PASSWORD_FILE: '/secrets/pw' }])
      expect(() => readConfig(env)).to.throw(/^MYSQL_PASSWORD: it or MYSQL_PASSWORD_FILE/m)
  })

  it('takes empty variables as unset', () => {
    expect(readConfig({ ...enough, PORT: '', CASSANDRA_USER: '', CASSANDRA_PASSWORD: '' }).port).to.equal(3000)
  })

  it('tells all problems at once, in four parts, without secrets', () => {
    const env = {
      ...enough,
      PORT: '70000',
      COOKIE_KEY: 'too-short',
      MYSQL_USER: '',
      CASSANDRA_USER: 'posts',
      NODE_ADDRESS: 'x',
    }
    expect(() => readConfig(env)).to.throw(ConfigError)
    try {
      readConfig(env)
    } catch (error) {
      const { message, problems } = error as ConfigError
      expect(problems).to.have.length(5)
      for (const name of ['PORT', 'COOKIE_KEY', 'MYSQL_USER', 'CASSANDRA_PASSWORD', 'NODE_ADDRESS']) {
        expect(message).to.match(new RegExp(`^${name}: .+\\n  given    .+\\n  allowed  .+\\n  do       .+`, 'm'))
      }
      expect(message).to.include('"70000"').and.not.include('too-short')
    }
  })
})
