import { ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  symlinkSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a command answered: its exit code, and standard output and error together. */
export interface Answer {
  code: number
  text: string
}

/**
 * One Nomad agent of its own with ACLs on, and a Terraform that finds the provider under test in a filesystem mirror.
 * Needs terraform on PATH, Nomad (SHOAL_NOMAD, PATH or the cache), and Go or a built provider (SHOAL_PROVIDER).
 */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'shoal-provider-'))
  private agent: ChildProcess | undefined
  private env: NodeJS.ProcessEnv = {}
  private readonly nomadBinary = findNomad()

  async start(): Promise<void> {
    const port = await freePorts(3)
    const config = join(this.folder, 'agent.hcl')
    writeFileSync(
      config,
      `ports {\n  http = ${port[0]}\n  rpc = ${port[1]}\n  serf = ${port[2]}\n}
acl { enabled = true }
disable_update_check = true
client {
  options = { "fingerprint.denylist" = "env_aws,env_gce,env_azure,env_digitalocean" }
}
plugin "raw_exec" {
  config { enabled = true }
}
`,
    )
    const log = openSync(join(this.folder, 'nomad.log'), 'w')
    const args = ['agent', '-dev', '-bind', '127.0.0.1', '-config', config, '-data-dir', join(this.folder, 'nomad')]
    const agentEnv = { ...process.env, AWS_CA_BUNDLE: undefined }
    this.agent = spawn(this.nomadBinary, args, { stdio: ['ignore', log, log], env: agentEnv })
    this.env = { ...process.env, NOMAD_ADDR: `http://127.0.0.1:${port[0]}`, NOMAD_TOKEN: '', CHECKPOINT_DISABLE: '1' }
    const token = await until('ACLs of Nomad', 60, () => {
      const made = this.nomad('acl', 'bootstrap', '-json')
      return made.code === 0 ? (JSON.parse(made.text) as { SecretID: string }).SecretID : undefined
    })
    this.env = { ...this.env, NOMAD_TOKEN: token, TF_CLI_CONFIG_FILE: this.mirror() }
    await until('a ready node', 60, () => this.nomad('node', 'status').text.includes('ready') || undefined)
  }

  /** The agent's address. */
  get nomadAddress(): string {
    return this.env.NOMAD_ADDR ?? ''
  }

  /** Runs `nomad ARGS` against the agent. */
  nomad(...args: string[]): Answer {
    return run(this.nomadBinary, args, this.folder, this.env)
  }

  /** Runs `terraform ARGS` in a folder. */
  terraform(folder: string, ...args: string[]): Answer {
    return run(terraformProgram, withoutColor(args), folder, this.env)
  }

  /** Starts `terraform ARGS` and leaves it running. */
  startTerraform(folder: string, ...args: string[]): ChildProcess {
    return spawn(terraformProgram, withoutColor(args), { cwd: folder, env: this.env, stdio: 'ignore' })
  }

  async stop(): Promise<void> {
    const agent = this.agent
    if (agent && agent.exitCode === null) {
      const over = new Promise((resolve) => agent.once('exit', resolve))
      agent.kill('SIGINT')
      await over
    }
    // A development agent leaves the mounts of its tasks' directories behind.
    for (const mount of readFileSync('/proc/mounts', 'utf8').split('\n')) {
      const at = mount.split(' ')[1]
      if (at?.startsWith(`${this.folder}/`)) spawnSync('umount', [at])
    }
    rmSync(this.folder, { recursive: true, force: true })
  }

  private mirror(): string {
    const name = 'terraform-provider-nomad_v2.5.2'
    const platform = `linux_${process.arch === 'x64' ? 'amd64' : process.arch}`
    const [at = '', opentofu = ''] = ['registry.terraform.io', 'registry.opentofu.org'].map((registry) =>
      join(this.folder, 'mirror', registry, 'hashicorp/nomad/2.5.2', platform),
    )
    mkdirSync(at, { recursive: true })
    mkdirSync(opentofu, { recursive: true })
    const built = process.env.SHOAL_PROVIDER
    const source = join(__dirname, '../../../../bootstrap/terraform-provider')
    const made = built
      ? run('cp', [built, join(at, name)], this.folder, process.env)
      : run('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', join(at, name), '.'], source, process.env)
    if (made.code !== 0) throw new Error(`the provider can't be built: ${made.text}`)
    symlinkSync(join(at, name), join(opentofu, name))
    const config = join(this.folder, 'terraform.rc')
    writeFileSync(
      config,
      `provider_installation {\n  filesystem_mirror { path = "${join(this.folder, 'mirror')}" }\n}\n`,
    )
    return config
  }
}

/** Terraform, or OpenTofu. */
const terraformProgram = process.env.SHOAL_TERRAFORM ?? 'terraform'

/** Waits for a condition with a deadline in seconds; an error names what didn't come. */
export async function until<T>(what: string, seconds: number, check: () => T | undefined): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const found = check()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** Options stand before the arguments, and `state` has none for colours. */
function withoutColor(args: string[]): string[] {
  return args[0] === 'state' ? args : [args[0] ?? '', '-no-color', ...args.slice(1)]
}

function run(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Answer {
  const done = spawnSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (done.error) throw done.error
  return { code: done.status ?? -1, text: done.stdout + done.stderr }
}

function findNomad(): string {
  if (process.env.SHOAL_NOMAD) return process.env.SHOAL_NOMAD
  const cache = process.env.SHOAL_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'shoal')
  const versions = join(cache, 'bin/nomad')
  if (existsSync(versions)) {
    const version = readdirSync(versions).find((name) => existsSync(join(versions, name, 'nomad')))
    if (version) return join(versions, version, 'nomad')
  }
  return 'nomad'
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address()
      await new Promise((resolve) => server.close(resolve))
      if (address === null || typeof address === 'string') throw new Error('no port')
      return address.port
    }),
  )
}
