import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Nomad server without a client, that knows a Vault: what it says about jobs is what a cluster with everything says. */
export interface NomadServer {
  readonly address: string
  stop(): Promise<void>
}

/** `NOMAD_BIN`, or the program of the cache. */
export function nomadProgram(): string | undefined {
  const cache = process.env.SHOAL_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'shoal')
  const places = [process.env.NOMAD_BIN, join(cache, 'bin/nomad/1.11.3/nomad'), join(cache, 'bin-seed/nomad')]
  return places.find((place) => place !== undefined && existsSync(place))
}

/** @throws Error with the end of the agent's log where it doesn't come up within a minute */
export async function startNomadServer(program: string): Promise<NomadServer> {
  const folder = mkdtempSync(join(tmpdir(), 'nomad-constructs-server-'))
  const [http, rpc, serf] = [await freePort(), await freePort(), await freePort()]
  writeFileSync(
    join(folder, 'agent.hcl'),
    `data_dir = "${folder}/data"
bind_addr = "127.0.0.1"
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
  # a machine with much else to do must not make the only server lose its leadership
  raft_multiplier  = 5
}
vault {
  enabled = true
}
`,
  )
  // with it in its environment, Nomad's fingerprint of AWS fails
  const env = { ...process.env, AWS_CA_BUNDLE: undefined }
  const log = openSync(join(folder, 'agent.log'), 'w')
  const agent = spawn(program, ['agent', '-config', join(folder, 'agent.hcl')], { env, stdio: ['ignore', log, log] })
  closeSync(log)
  const address = `http://127.0.0.1:${http}`
  const stop = async () => {
    await ended(agent)
    rmSync(folder, { recursive: true, force: true })
  }
  for (const deadline = Date.now() + 60_000; !(await isReady(address));) {
    if (agent.exitCode !== null || Date.now() > deadline) {
      const said = readFileSync(join(folder, 'agent.log'), 'utf8').slice(-2000)
      await stop()
      throw new Error(`nomad does not come up: ${said}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return { address, stop }
}

async function ended(agent: ChildProcess): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return
  const over = new Promise((resolve) => agent.once('exit', resolve))
  agent.kill('SIGKILL')
  await over
}

/** A leader is elected before its node pools are there. */
async function isReady(address: string): Promise<boolean> {
  const answer = await fetch(`${address}/v1/node/pool/default`).catch(() => undefined)
  return answer?.ok === true
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
