import { expect } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { imageNames, readSettings, SettingsError } from '../../stacks/settings'

const context: Record<string, number> = { nodes: 5, webInstances: 3, mysqlInstances: 3, analysisExecutors: 1 }
const read = (environment: NodeJS.ProcessEnv) => readSettings(environment, (key) => context[key])

describe('the settings', () => {
  let folder: string
  let images: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shoal-settings-'))
    images = join(folder, 'images.json')
    writeFileSync(images, JSON.stringify(Object.fromEntries(imageNames.map((name) => [name, `r/${name}:1`]))))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('come from cdktf.json, and one by one from the environment', () => {
    expect(read({ SHOAL_IMAGES: images })).to.include({
      nodes: 5,
      webInstances: 3,
      nomadAddress: 'http://127.0.0.1:4646',
    })
    expect(read({ SHOAL_IMAGES: images, SHOAL_WEB_INSTANCES: '7', NOMAD_ADDR: 'http://n:4646' })).to.include({
      webInstances: 7,
      nomadAddress: 'http://n:4646',
    })
  })

  it('name every problem at once, each with what to do', () => {
    const broken = () => read({ SHOAL_WEB_INSTANCES: 'many', SHOAL_MYSQL_INSTANCES: '0' })
    expect(broken).to.throw(SettingsError, /webInstances[\s\S]*given {4}many[\s\S]*mysqlInstances[\s\S]*SHOAL_IMAGES/)
  })

  it('name the images that the file lacks', () => {
    writeFileSync(images, JSON.stringify({ web: 'r/web:1' }))
    expect(() => read({ SHOAL_IMAGES: images })).to.throw(SettingsError, /lacks mysql, mysql-agent/)
  })

  it('say when the file is not JSON', () => {
    writeFileSync(images, 'web=1')
    expect(() => read({ SHOAL_IMAGES: images })).to.throw(SettingsError, /can't be read/)
  })
})
