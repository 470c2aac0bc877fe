import { expect } from 'chai'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import {
  isAlive,
  parseStat,
  type ProcessIdentity,
  readIdentity,
  startDaemon,
  stopProcess,
  uptimeOf,
} from '../../../bootstrap/fleet/processes'

describe('processes', () => {
  let folder: string
  let bystander: ChildProcess | undefined
  const pidFile = (): string => join(folder, 'daemon.pid')
  const sleeper = (fingerprint = 'one'): Promise<ProcessIdentity> =>
    startDaemon({
      pidFile: pidFile(),
      logFile: join(folder, 'log', 'daemon.log'),
      command: ['sh', '-c', 'echo "hello $NAME"; exec sleep 60'],
      env: { PATH: '/usr/bin:/bin', NAME: 'fleet' },
      cgroups: [],
      fingerprint,
    })

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shoal-processes-'))
  })

  afterEach(async () => {
    await stopProcess(pidFile(), 1)
    bystander?.kill('SIGKILL')
    bystander = undefined
    rmSync(folder, { recursive: true })
  })

  it('reads the start time behind a command with spaces and parentheses', () => {
    const fields = Array.from({ length: 49 }, (_, i) => String(i + 4))
    expect(parseStat(`12 (a) b (c)) S ${fields.join(' ')}`)).to.deep.equal({ state: 'S', started: 22 })
    expect(parseStat('nonsense')).to.equal(undefined)
  })

  it('starts a daemon with its log, and stops it', async () => {
    const identity = await sleeper()
    expect(isAlive(identity)).to.equal(true)
    expect(readIdentity(pidFile())).to.deep.equal(identity)
    expect(uptimeOf(identity)).to.be.within(0, 60)
    const log = (): string => readFileSync(join(folder, 'log', 'daemon.log'), 'utf8')
    for (const deadline = Date.now() + 5000; log() === '' && Date.now() < deadline;) await setImmediate()
    await stopProcess(pidFile(), 2)
    expect(isAlive(identity)).to.equal(false)
    expect(existsSync(pidFile())).to.equal(false)
    expect(log()).to.equal('hello fleet\n')
  })

  it('never takes another process for its own, nor kills it', async () => {
    bystander = spawn('sleep', ['60'])
    await once(bystander, 'spawn')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stale = { pid: bystander.pid, started: 1, boot, fingerprint: 'one' }
    writeFileSync(pidFile(), JSON.stringify(stale))
    expect(isAlive(readIdentity(pidFile()))).to.equal(false)
    await stopProcess(pidFile(), 1)
    expect(bystander.exitCode).to.equal(null)
    expect(bystander.signalCode).to.equal(null)
  })

  it('takes nothing from before a reboot for alive', async () => {
    const identity = await sleeper()
    expect(isAlive({ ...identity, boot: 'another' })).to.equal(false)
  })

  it('takes a broken pid file for none', () => {
    writeFileSync(pidFile(), '{"pid":')
    expect(readIdentity(pidFile())).to.equal(undefined)
  })
})
