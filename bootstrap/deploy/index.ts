import { execa } from 'execa'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { asCaller, give, keepOwner, makeFolder } from '../caller.js'
import { Problem } from '../problem.js'
import { fitsTo, forgetLocks } from '../toolchain/provider-locks.js'
import type { TerraformProvider } from '../toolchain/terraform-mirror.js'
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
  readonly provider: TerraformProvider
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
  const { standIn, cliConfig } = options.provider
  // Terraform's registry knows nothing of a stand-in.
  const lock = standIn === undefined ? [] : ['--skip-provider-lock']
  // A folder of the fleet's own, so that fleets side by side don't write into each other's.
  const output = join(state, 'cdktf.out')
  await makeFolder(output)
  await give(output)
  // Nobody else's, either: what doesn't fit to the provider of today goes, whatever it was. The stacks pin the version.
  await forgetLocks(output, fitsTo(standIn))
  const args = ['cdktf', 'deploy', '*', '--auto-approve', '--output', output, ...lock]
  const log: string[] = []
  // As the caller, whose `npx cdktf deploy` is to find its own state, and nothing of root's in the checkout.
  const command = execa(
    'npx',
    args,
    asCaller({
      cwd: options.root,
      env: {
        ...options.env,
        ...(cliConfig === undefined ? {} : { TF_CLI_CONFIG_FILE: cliConfig }),
        TERRAFORM_BINARY_NAME: options.terraform,
        PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
        CHECKPOINT_DISABLE: '1',
        CI: '1',
        FORCE_COLOR: '0',
      },
      stdin: 'ignore',
      all: true,
      reject: false,
    }),
  )
  const watch = watchJobs(options.env, onProgress)
  try {
    for await (const line of command.iterable({ from: 'all' })) {
      if (line.trim() !== '') log.push(line)
      const tier = /^(\S+)\s+.*\b(Creating\.\.\.|Modifying\.\.\.|Planning|Initializing)/.exec(line)?.[1]
      if (tier !== undefined) watch.tier(tier)
    }
  } finally {
    watch.stop()
    await Promise.all([join(state, 'terraform'), output].map(keepOwner))
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
