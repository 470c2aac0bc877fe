import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'

const execute = promisify(execFile)
const root = join(__dirname, '..', '..', '..')
const modules = join(root, 'node_modules')

/** What a user installs beside the package. Links: they find what they need themselves where they really are. */
const beside = ['cdktf', 'constructs', '@cdktf/provider-nomad', 'chai', '@types/chai', '@types/node', '@types/mocha']

describe('the package, in an empty folder', function () {
  this.timeout(300_000)
  let folder: string

  const run = async (program: string, args: readonly string[]) => {
    try {
      return (await execute(process.execPath, [join(modules, program), ...args], { cwd: folder })).stdout
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string }
      throw new Error(`${program} ${args.join(' ')}\n${stdout}\n${stderr}`, { cause: error })
    }
  }
  const typeCheck = (...options: string[]) =>
    run('typescript/bin/tsc', ['--noEmit', '--strict', '--target', 'es2022', ...options])

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'nomad-constructs-'))
    const answer = execFileSync('npm', ['pack', '-w', 'nomad', '--pack-destination', folder, '--json'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const tarball = /nomad-constructs-[\w.-]+\.tgz/.exec(answer)?.[0]
    if (tarball === undefined) throw new Error(`npm pack made no tarball: ${answer}`)
    execFileSync('tar', ['xzf', join(folder, tarball)], { cwd: folder })
    mkdirSync(join(folder, 'node_modules'))
    cpSync(join(folder, 'package'), join(folder, 'node_modules', 'nomad-constructs'), { recursive: true })
    for (const name of beside) {
      mkdirSync(join(folder, 'node_modules', name, '..'), { recursive: true })
      symlinkSync(join(modules, name), join(folder, 'node_modules', name))
    }
    writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "type": "commonjs" }')
    const readme = readFileSync(join(folder, 'node_modules', 'nomad-constructs', 'README.md'), 'utf8')
    const first = /^```ts\n(.*?)^```$/ms.exec(readme)?.[1]
    if (first === undefined) throw new Error('the README has no example')
    writeFileSync(join(folder, 'main.ts'), first)
    writeFileSync(
      join(folder, 'all.test.ts'),
      `import { App, TerraformStack } from 'cdktf'
import { expect, use } from 'chai'
import { Job } from 'nomad-constructs'
import { renderHcl, renderJson } from 'nomad-constructs/hcl'
import { structs, type JobSpec } from 'nomad-constructs/spec'
import { jobsOf, nomadJobs } from 'nomad-constructs/testing'

use(nomadJobs)
const spec: JobSpec = { id: 'a', group: [{ name: 'b', count: 1 }] }
const stack = new TerraformStack(new App(), 's')
new Job(stack, 'a').addGroup('b', { count: 1 })
expect(stack).to.haveJob('a').withGroup('b', { count: 1 })
console.log(Object.keys(structs).length, renderHcl({ id: spec.id }), renderJson({ id: 'a' }), jobsOf(stack).length)
`,
    )
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('type-checks with all its declarations and those of cdktf, and under the older resolution of modules', async () => {
    const strictly = ['--module', 'nodenext', '--skipLibCheck', 'false']
    const older = ['--module', 'commonjs', '--moduleResolution', 'node10', '--esModuleInterop']
    await Promise.all([
      typeCheck(...strictly, '--types', 'node,chai', 'main.ts', 'all.test.ts'),
      typeCheck(...older, '--types', 'node', 'main.ts'),
    ])
  })

  it("synthesizes README's first example", async () => {
    await run('tsx/dist/cli.mjs', ['main.ts'])
    const stack = join(folder, 'cdktf.out', 'stacks', 'site')
    expect(readdirSync(stack)).to.have.members(['cdk.tf.json', 'web.nomad.hcl'])
    expect(readFileSync(join(stack, 'web.nomad.hcl'), 'utf8')).to.include('image = "nginx:1.27"')
  })

  it('has all its entries', async () => {
    expect(await run('tsx/dist/cli.mjs', ['all.test.ts'])).to.match(/^\d+ job "a" \{/)
  })

  it('works in a folder of ECMAScript modules', async () => {
    writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "type": "module" }')
    await run('tsx/dist/cli.mjs', ['all.test.ts'])
  })

  it('works on cdktn under the name of cdktf', async () => {
    const place = (name: string) => join(folder, 'node_modules', name)
    for (const name of ['cdktf', '@cdktf/provider-nomad']) rmSync(place(name), { recursive: true })
    symlinkSync(join(modules, 'cdktn'), place('cdktf'))
    // no link: the binding must find cdktn here, not cdktf where it really is
    cpSync(join(modules, '@cdktf/provider-nomad'), place('@cdktf/provider-nomad'), { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "type": "commonjs" }')
    rmSync(join(folder, 'cdktf.out'), { recursive: true })
    await run('tsx/dist/cli.mjs', ['main.ts'])
    const written = readFileSync(join(folder, 'cdktf.out', 'stacks', 'site', 'cdk.tf.json'), 'utf8')
    expect(written).to.include('"version": "0.24.0"').and.to.include('image = \\"nginx:1.27\\"')
    await typeCheck(
      '--module',
      'commonjs',
      '--moduleResolution',
      'node10',
      '--esModuleInterop',
      '--types',
      'node',
      'main.ts',
    )
  })

  it('carries no test, no source and no map', () => {
    const files = readdirSync(join(folder, 'package'), { recursive: true, encoding: 'utf8' })
    expect(files.filter((file) => /\.test\.|\.map$|(?<!\.d)\.ts$/.test(file))).to.deep.equal([])
    expect(files).to.include.members(['README.md', 'LICENSE', 'package.json'])
  })
})
