import { execa } from 'execa'
import { existsSync, readFileSync } from 'node:fs'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { Problem } from '../problem.js'
import { deployInputs } from './inputs.js'
import { describeJobs, listJobs } from './nomad-jobs.js'

const record = z.object({ inputs: z.string(), jobs: z.record(z.string(), z.number()) })

/** What {@link deploy} works on. */
export interface DeployOptions {
  readonly root: string
  /** The fleet's state folder: what was deployed last, Terraform's working folder. */
  readonly state: string
  /** Environment for Terraform and the stacks (`fleetEnv`). */
  readonly env: Readonly<Record<string, string>>
  readonly references: Readonly<Record<string, string>>
  /** Absolute path of Terraform or OpenTofu. */
  readonly terraform: string
  readonly terraformCliConfig?: string
  /** Whether the provider is a stand-in, which Terraform's registry knows nothing of. */
  readonly standIn: boolean
  readonly onProgress: (note: string) => void
}

/** What {@link deploy} found or did. */
export interface DeployResult {
  /** False when the same was deployed before and nobody has touched it since. */
  readonly changed: boolean
  readonly jobs: string
}

/**
 * `cdktf deploy '*'`, unless the last one had the same inputs and every job is as it left it.
 * @throws Problem with the end of cdktf's output
 */
export async function deploy(options: DeployOptions): Promise<DeployResult> {
  const { root, state, env, references, onProgress } = options
  const inputs = deployInputs(root, references, { ...process.env, ...env })
  const file = join(state, 'deployed.json')
  if (await isDeployed(file, inputs, env)) return { changed: false, jobs: describeJobs(await listJobs(env)) }
  await runCdktf(options, state, onProgress)
  const jobs = await listJobs(env)
  const indexes = Object.fromEntries(jobs.map(({ id, modifyIndex }) => [id, modifyIndex]))
  await writeFile(file, `${JSON.stringify({ inputs, jobs: indexes }, null, 2)}\n`)
  return { changed: true, jobs: describeJobs(jobs) }
}

async function isDeployed(file: string, inputs: string, env: Readonly<Record<string, string>>): Promise<boolean> {
  if (!existsSync(file)) return false
  const last = record.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!last.success || last.data.inputs !== inputs) return false
  const jobs = new Map((await listJobs(env)).map((job) => [job.id, job]))
  return Object.entries(last.data.jobs).every(([id, index]) => {
    const job = jobs.get(id)
    // A batch job that has ended may be cleaned away by Nomad; that is no change.
    if (job === undefined) return false
    const alive = job.type === 'service' || job.type === 'system' ? job.status === 'running' : true
    return job.modifyIndex === index && alive
  })
}

async function runCdktf(options: DeployOptions, state: string, onProgress: (note: string) => void): Promise<void> {
  const lock = options.standIn ? ['--skip-provider-lock'] : []
  // A folder of the fleet's own, so that fleets side by side don't write into each other's.
  await forgetProviderLocks(join(state, 'cdktf.out'))
  const args = ['cdktf', 'deploy', '*', '--auto-approve', '--output', join(state, 'cdktf.out'), ...lock]
  const log: string[] = []
  const command = execa('npx', args, {
    cwd: options.root,
    env: {
      ...options.env,
      ...(options.terraformCliConfig === undefined ? {} : { TF_CLI_CONFIG_FILE: options.terraformCliConfig }),
      TERRAFORM_BINARY_NAME: options.terraform,
      PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
      CHECKPOINT_DISABLE: '1',
      CI: '1',
      FORCE_COLOR: '0',
    },
    stdin: 'ignore',
    all: true,
    reject: false,
  })
  const watch = watchJobs(options.env, onProgress)
  try {
    for await (const line of command.iterable({ from: 'all' })) {
      if (line.trim() !== '') log.push(line)
      const tier = /^(\S+)\s+.*\b(Creating\.\.\.|Modifying\.\.\.|Planning|Initializing)/.exec(line)?.[1]
      if (tier !== undefined) watch.tier(tier)
    }
  } finally {
    watch.stop()
    await writeFile(join(state, 'deploy.log'), `${log.join('\n')}\n`)
  }
  const { exitCode } = await command
  if (exitCode !== 0) {
    const jobs = describeJobs(await listJobs(options.env).catch(() => []))
    throw new Problem({
      what: "deploy: cdktf deploy '*' failed",
      given: `${errorLines(log)}\njobs: ${jobs || 'none'}`,
      do: `see ${join(state, 'deploy.log')} and: eval "$(bootstrap/env)"; nomad job status; then run bootstrap/up again`,
    })
  }
}

/**
 * Removes the lock files of earlier runs: they hold the checksum of the provider that was there then, and Terraform refuses
 * another one (a newer stand-in, or the real provider after a stand-in). The version is pinned by the stacks.
 */
async function forgetProviderLocks(output: string): Promise<void> {
  const stacks = join(output, 'stacks')
  if (!existsSync(stacks)) return
  for (const stack of await readdir(stacks)) await rm(join(stacks, stack, '.terraform.lock.hcl'), { force: true })
}

/** Terraform's own error blocks when there are some, else the end. */
function errorLines(log: readonly string[]): string {
  const errors = log.filter((line) => /[│╷╵]|Error/.test(line)).slice(-25)
  return (errors.length > 0 ? errors : log.slice(-15)).join('\n')
}

/** Says every second what Nomad has in hand, since Terraform says nothing while it waits for a deployment. */
function watchJobs(env: Readonly<Record<string, string>>, onProgress: (note: string) => void) {
  let tier = ''
  const timer = setInterval(() => {
    listJobs(env).then(
      (jobs) => onProgress([tier, describeJobs(jobs)].filter(Boolean).join(': ')),
      () => {},
    )
  }, 1500)
  return { tier: (name: string) => void (tier = name), stop: () => clearInterval(timer) }
}
