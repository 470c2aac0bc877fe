import { expect } from 'chai'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadImages } from '../../../bootstrap/images/definition.js'
import { versionImages } from '../../../bootstrap/images/version.js'

describe('images', () => {
  let root: string
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const image = (name: string, definition?: unknown) => {
    put(`images/${name}/Dockerfile`, 'ARG BASE\nFROM ${BASE}\n')
    if (definition !== undefined) put(`images/${name}/image.json`, JSON.stringify(definition))
  }
  const versions = () => Object.fromEntries(versionImages(root, loadImages(root)).map((one) => [one.name, one.version]))

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'shoal-test-'))
    image('base', { from: 'debian:bookworm-slim' })
  })
  afterEach(() => rmSync(root, { recursive: true }))

  it('takes every folder with a Dockerfile, parents first, base as the default parent', () => {
    image('app', { from: 'node' })
    image('node')
    mkdirSync(join(root, 'images/notes'))
    expect(loadImages(root).map(({ name, from }) => `${name} from ${from}`)).to.deep.equal([
      'base from debian:bookworm-slim',
      'node from base',
      'app from node',
    ])
  })

  it('names everything that is wrong, at once', () => {
    image('a', { form: 'base' })
    image('b', { artifacts: ['cobol'] })
    put('images/c/Dockerfile', '')
    put('images/c/image.json', '{')
    expect(() => loadImages(root)).to.throw(
      /images\/a\/image.json[\s\S]*images\/b\/image.json[\s\S]*images\/c\/image.json/,
    )
  })

  it('refuses paths that leave the repository, are not there, or mix files and folders', () => {
    for (const files of [{ a: '../x' }, { '/a': 'x' }, { a: 'missing' }, { 'a/': 'images/base/Dockerfile' }]) {
      image('a', { files })
      expect(() => loadImages(root), JSON.stringify(files)).to.throw(/images\/a\/image.json/)
    }
  })

  it('refuses parents and workspaces that are not there, and circles', () => {
    image('a', { from: 'nothing' })
    expect(() => loadImages(root)).to.throw(/given {4}nothing/)
    image('a', { needs: ['npm:nothing'] })
    expect(() => loadImages(root)).to.throw(/given {4}npm:nothing/)
    image('a', { from: 'b' })
    image('b', { from: 'a' })
    expect(() => loadImages(root)).to.throw(/in a circle[\s\S]*a from b from a/)
  })

  it('changes a version with the content, the listed files and the parent, and with nothing else', () => {
    put('shared/x', '1')
    image('app', { from: 'node', files: { 'x/': 'shared/' } })
    image('node')
    const before = versions()
    expect(before.app).to.match(/^[0-9a-f]{12}$/)
    expect(versions()).to.deep.equal(before)

    put('shared/x', '2')
    const file = versions()
    expect(file.app).not.to.equal(before.app)
    expect(file.node).to.equal(before.node)

    put('images/base/extra', '')
    const parent = versions()
    for (const name of ['base', 'node', 'app']) expect(parent[name], name).not.to.equal(file[name])
  })

  it("changes a version with a workspace's sources and production packages, not with others'", () => {
    const lock = (used: string, other: string) =>
      JSON.stringify({
        packages: {
          '': {},
          app: { dependencies: { used: '*' } },
          'node_modules/used': { version: used, dependencies: { deep: '*' } },
          'node_modules/used/node_modules/deep': { version: '1.0.0' },
          'node_modules/deep': { version: other },
          'node_modules/other': { version: other },
        },
      })
    put('tsconfig.base.json', '{}')
    put('app/package.json', '{}')
    put('app/main.ts', '1')
    put('package-lock.json', lock('1.0.0', '1.0.0'))
    image('app', { needs: ['npm:app'] })
    const before = versions().app
    put('package-lock.json', lock('1.0.0', '2.0.0'))
    put('app/dist/main.js', 'built')
    put('app/node_modules/x/index.js', 'installed')
    expect(versions().app).to.equal(before)
    put('package-lock.json', lock('1.0.1', '2.0.0'))
    const packages = versions().app
    expect(packages).not.to.equal(before)
    put('app/main.ts', '2')
    expect(versions().app).not.to.equal(packages)
  })
})
