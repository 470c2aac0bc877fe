import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { notYours } from '../../../bootstrap/commands/env.js'
import { bySudo } from '../../../bootstrap/preflight/root.js'

describe('a command by sudo', () => {
  let folder: string
  const sudo = (script: string) => {
    const file = join(folder, 'sudo')
    writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    return file
  }
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'shoal-sudo-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  it('says why it asks for a password, and leaves with the command’s code', async () => {
    expect(await bySudo(['up', '--nodes', '3'], sudo(`printf '%s|' "$@" > ${folder}/given; exit 7`))).to.equal(7)
    expect(readFileSync(join(folder, 'given'), 'utf8')).to.match(/^-p\|[^|]*need root[^|]*%p[^|]*\|up\|--nodes\|3\|$/)
  })

  it('outlives an interrupt from the keyboard, which sudo gets too', async function () {
    this.timeout(60_000)
    const command = sudo(`echo ready; read -r line; exit 7`)
    const module = pathToFileURL(resolve('bootstrap/preflight/root.ts')).href
    const program = `import(${JSON.stringify(module)}).then(async (root) => process.exit(await root.bySudo([], ${JSON.stringify(command)})))`
    const child = spawn(process.execPath, ['--import', 'tsx', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
    const ended = once(child, 'exit')
    await Promise.race([once(child.stdout, 'data'), ended])
    child.kill('SIGINT')
    child.stdin.end('go\n')
    expect((await ended)[0]).to.equal(7)
  })

  it('ends when we are told to end', async () => {
    const running = bySudo([], sudo('exec sleep 60'))
    process.emit('SIGTERM')
    expect(await running).to.equal(143)
  })
})

describe('bootstrap/env', () => {
  it('tells whose the Terraform state is to somebody else, and to nobody who may read it', () => {
    expect(notYours('demo', 1000, 1000)).to.equal(undefined)
    expect(notYours('demo', 0, 1000)).to.equal(undefined)
    expect(notYours('demo', 1000, 0)).to.match(/'demo'[\s\S]*user 1000; it belongs to root[\s\S]*bootstrap\/up/)
    expect(notYours('demo', 1000, 1001)).to.contain('user 1001')
  })
})
