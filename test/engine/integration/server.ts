import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** A real Nomad server, alone, without a client. */
export interface Server {
  readonly address: string
  readonly rpc: string
  stop(): Promise<void>
}

/** The Nomad binary that conformance is measured against: `NOMAD_BIN`, or that of the cache. */
export function nomadBinary(): string | undefined {
  const cache = process.env['SHOAL_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'shoal')
  const places = [process.env['NOMAD_BIN'], join(cache, 'bin/nomad/1.11.3/nomad'), join(cache, 'bin-seed/nomad')]
  return places.find((place) => place !== undefined && existsSync(place))
}

let shared: Promise<Server> | undefined

/** One server for all files of a run, which ends with the run. */
export function sharedServer(): Promise<Server> {
  const binary = nomadBinary()
  if (binary === undefined) throw new Error('no Nomad to compare with: set NOMAD_BIN, or run bootstrap/up once')
  return (shared ??= startServer(binary))
}

after(async () => {
  const server = await shared?.catch(() => undefined)
  await server?.stop()
})

/** A server of one's own, with more in its configuration. */
export async function startServer(binary: string, config = ''): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'nomad-engine-'))
  const [http, rpc, serf] = [await freePort(), await freePort(), await freePort()]
  await writeFile(
    join(folder, 'agent.hcl'),
    `data_dir = "${folder}/data"
bind_addr = "127.0.0.1"
log_level = "WARN"
disable_update_check = true
advertise {
  http = "127.0.0.1"
  rpc  = "127.0.0.1"
  serf = "127.0.0.1"
}
ports {
  http = ${http}
  rpc  = ${rpc}
  serf = ${serf}
}
server {
  enabled          = true
  bootstrap_expect = 1
  num_schedulers   = 1
  # Nodes that are registered once stay: nobody sends their heartbeats.
  heartbeat_grace  = "24h"
}
limits {
  http_max_conns_per_client = 0
}
consul {
  auto_advertise   = false
  server_auto_join = false
  client_auto_join = false
}
${config}
`,
  )
  // With it in its environment, Nomad's fingerprint of AWS fails.
  const env = { ...process.env, AWS_CA_BUNDLE: undefined }
  const log = openSync(join(folder, 'agent.log'), 'w')
  const child = spawn(binary, ['agent', '-config', join(folder, 'agent.hcl')], { env, stdio: ['ignore', log, log] })
  closeSync(log)
  child.once('exit', (code, signal) => {
    if (signal !== 'SIGKILL' || !child.killed) console.error(`nomad ended: ${signal ?? code}`, tail(folder))
  })
  const address = `http://127.0.0.1:${http}`
  try {
    await leader(address, child)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
    }
    await rm(folder, { recursive: true, force: true })
  }
  return { address, rpc: `127.0.0.1:${rpc}`, stop }
}

function tail(folder: string): string {
  return readFileSync(join(folder, 'agent.log'), 'utf8').slice(-3000)
}

async function leader(address: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`nomad agent ended with status ${child.exitCode}`)
    const answer = await fetch(`${address}/v1/status/leader`).then(
      (response) => response.text(),
      () => '',
    )
    // A leader is elected before its namespaces, node pools and keys are there.
    if (answer.length > 4 && (await answers(`${address}/v1/node/pool/default`)) && (await hasKey(address))) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('nomad agent has no leader after 60 s')
}

async function answers(url: string): Promise<boolean> {
  return (await fetch(url)).ok
}

async function hasKey(address: string): Promise<boolean> {
  const response = await fetch(`${address}/.well-known/jwks.json`)
  return response.ok && (await response.text()).includes('"kid"')
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}
