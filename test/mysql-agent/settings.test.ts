import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { readInstances, readSettings, SettingsError } from '../../mysql-agent/settings.js'

describe('mysql-agent settings', () => {
  let folder = ''
  const secrets = {
    root_password: 'r',
    replication_password: 'p1',
    agent_password: 'p2',
    app_password: 'p3',
    backup_password: 'p4',
  }
  const write = (text: string): void => writeFileSync(join(folder, 'mysql.json'), text)
  const env = (more: Record<string, string | undefined> = {}): Record<string, string | undefined> => ({
    INSTANCE: 'shoal-1',
    ADVERTISE_HOST: '198.18.0.11',
    MYSQL_INSTANCES: '3',
    NOMAD_ALLOC_DIR: '/alloc',
    NOMAD_TASK_DIR: '/local',
    NOMAD_SECRETS_DIR: folder,
    ...more,
  })
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'shoal-settings-'))
  })
  beforeEach(() => write(JSON.stringify(secrets)))
  after(() => rmSync(folder, { recursive: true }))

  it('has a default for all that can have one', () => {
    expect(readSettings(env())).to.include({
      port: 3310,
      agentPort: 3311,
      agentBind: '0.0.0.0',
      instances: 3,
      socket: '/alloc/mysqld.sock',
      controlSocket: '/alloc/agent.sock',
      consul: 'http://127.0.0.1:8500',
      appUser: 'app',
      appDatabase: 'accounts',
    })
    expect(readSettings(env({ CONSUL_HTTP_ADDR: '10.0.0.1:8500' })).consul).to.equal('http://10.0.0.1:8500')
  })

  it('takes the number of instances from a file that may change', () => {
    const path = join(folder, 'instances')
    writeFileSync(path, '5\n')
    const given = env({ MYSQL_INSTANCES: undefined, MYSQL_INSTANCES_FILE: path })
    expect(readSettings(given)).to.include({ instances: 5, instancesFile: path })
    writeFileSync(path, 'many')
    expect(() => readSettings(given)).to.throw(SettingsError, /MYSQL_INSTANCES/)
    expect(readInstances(path)).to.equal(undefined)
  })

  it('names every mistake at once, in four parts', () => {
    const read = (): unknown => readSettings(env({ INSTANCE: undefined, ADVERTISE_HOST: 'here', MYSQL_PORT: '70000' }))
    expect(read).to.throw(SettingsError, /INSTANCE[^]*ADVERTISE_HOST[^]*given {4}'here'[^]*allowed[^]*do[^]*MYSQL_PORT/)
  })

  for (const [name, value] of [
    ['MYSQL_INSTANCES', '0'],
    ['MYSQL_INSTANCES', '2.5'],
    ['MYSQL_APP_USER', "x'; DROP"],
    ['MYSQL_APP_DATABASE', 'a`b'],
    ['LOG_LEVEL', 'loud'],
    ['AGENT_HOLD', '-1'],
    ['CONSUL_HTTP_ADDR', 'https://x'],
  ] as const)
    it(`refuses ${name}=${value}`, () => {
      expect(() => readSettings(env({ [name]: value }))).to.throw(SettingsError, name)
    })

  it('says which passwords are missing, and never one that is there', () => {
    write(JSON.stringify({ ...secrets, app_password: '', backup_password: undefined, agent_password: 'very secret' }))
    expect(() => readSettings(env()))
      .to.throw(SettingsError, /app_password, backup_password|backup_password, app_password/)
      .with.property('message')
      .that.does.not.include('very secret')
    write('{"app_password": very secret')
    expect(() => readSettings(env()))
      .to.throw(SettingsError, /not JSON/)
      .with.property('message')
      .that.does.not.include('very secret')
  })
})
