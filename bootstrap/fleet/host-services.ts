import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { REGISTRY_PORT } from './addresses.js'
import { until } from './api.js'
import { hostCgroup } from './cgroup.js'
import { registryConfig } from './config/registry.js'
import { Problem } from '../problem.js'
import type { Fleet } from './options.js'
import { cacheRoot } from './paths.js'
import { type Daemon, isAlive, readIdentity, startDaemon, stopProcess } from './processes.js'

const HOST_PATH = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }
const FORWARDER = fileURLToPath(new URL('./forwarder.ts', import.meta.url))

export const registryPidFile = (fleet: Fleet): string => join(fleet.paths.run, 'registry.pid')
export const sitePidFile = (fleet: Fleet): string => join(fleet.paths.run, 'site.pid')

/** The image registry on the bridge's address. */
export async function ensureRegistry(fleet: Fleet): Promise<boolean> {
  const content = JSON.stringify(registryConfig(fleet), null, 2) + '\n'
  const config = join(fleet.paths.run, 'registry.json')
  const command = [fleet.description.tools.dockerRegistry, 'serve', config]
  if (!(await isOutdated(registryPidFile(fleet), fingerprint(content, command)))) return false
  await refuseTakenPort(fleet.addresses.host, REGISTRY_PORT, {
    what: `fleet '${fleet.description.name}': the port of its image registry is taken`,
    do: `make that program listen elsewhere, or on other addresses than ${fleet.addresses.host}`,
  })
  await mkdir(join(cacheRoot(), 'registry'), { recursive: true })
  await mkdir(fleet.paths.run, { recursive: true })
  await writeFile(config, content)
  await start(fleet, {
    pidFile: registryPidFile(fleet),
    logFile: fleet.paths.registryLog,
    command,
    fingerprint: fingerprint(content, command),
  })
  await answers(
    fleet,
    fleet.addresses.host,
    REGISTRY_PORT,
    registryPidFile(fleet),
    fleet.paths.registryLog,
    'the image registry',
  )
  return true
}

/** The site on a port of the host, spread over port 80 of all nodes. */
export async function ensureSite(fleet: Fleet): Promise<boolean> {
  const { publish, nodes } = fleet.description
  if (publish === false) {
    await stopProcess(sitePidFile(fleet), 3)
    return false
  }
  const targets = Array.from({ length: nodes }, (_, i) => `${fleet.addresses.node(i + 1)}:80`)
  const tsx = createRequire(import.meta.url).resolve('tsx')
  const command = [process.execPath, '--import', tsx, FORWARDER, String(publish.site), ...targets]
  if (!(await isOutdated(sitePidFile(fleet), fingerprint(command)))) return false
  await refuseTakenPort('127.0.0.1', publish.site, {
    what: `fleet '${fleet.description.name}': the host's port for the site is taken`,
    do: 'stop that program, or choose another port: bootstrap/up --publish PORT',
  })
  await start(fleet, {
    pidFile: sitePidFile(fleet),
    logFile: fleet.paths.siteLog,
    command,
    fingerprint: fingerprint(command),
  })
  await answers(fleet, '127.0.0.1', publish.site, sitePidFile(fleet), fleet.paths.siteLog, "the site's port")
  return true
}

export async function stopHostServices(fleet: Fleet): Promise<void> {
  await Promise.all([stopProcess(registryPidFile(fleet), 5), stopProcess(sitePidFile(fleet), 3)])
  const cgroup = hostCgroup(fleet.description.name)
  await cgroup.kill()
  await cgroup.remove()
}

const fingerprint = (...parts: (string | readonly string[])[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)

/** Whether it has to be started; one that runs with another configuration is stopped first. */
async function isOutdated(pidFile: string, wanted: string): Promise<boolean> {
  const running = readIdentity(pidFile)
  if (isAlive(running) && running.fingerprint === wanted) return false
  await stopProcess(pidFile, 5)
  return true
}

async function start(fleet: Fleet, daemon: Omit<Daemon, 'env' | 'cgroups'>): Promise<void> {
  const cgroup = hostCgroup(fleet.description.name)
  await cgroup.create()
  await startDaemon({ ...daemon, env: { ...HOST_PATH, HOME: '/root' }, cgroups: [cgroup.procs] })
}

async function answers(
  fleet: Fleet,
  host: string,
  port: number,
  pidFile: string,
  log: string,
  what: string,
): Promise<void> {
  const wait = { what: `${what} at ${host}:${port}`, seconds: 20, do: `read ${log}` }
  await until(wait, async () => {
    if (!isAlive(readIdentity(pidFile))) throw new Error('the process has ended')
    return (await isOpen(host, port)) || undefined
  })
}

export function isOpen(host: string, port: number, milliseconds = 1000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: milliseconds })
    const end = (open: boolean) => () => {
      socket.destroy()
      resolve(open)
    }
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false))
  })
}

/** Where another program answers, ours can't listen; and that one would be taken for ours. */
async function refuseTakenPort(host: string, port: number, say: { what: string; do: string }): Promise<void> {
  if (!(await isOpen(host, port))) return
  throw new Problem({
    ...say,
    given: `port ${port}, on which another program answers (who: ss -ltnp 'sport = :${port}')`,
    allowed: 'a free port',
  })
}
