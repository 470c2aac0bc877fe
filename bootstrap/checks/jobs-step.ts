import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { give } from '../caller.js'
import { listImages, references, writeImagesFile } from '../images/index.js'
import { repositoryRoot } from '../paths.js'
import type { Desk } from './desk.js'
import type { Failure } from './recap.js'
import { failedWith, type Step } from './step.js'

/**
 * Synthesizes all stacks and has Nomad's own command validate each job. There is no cluster yet, so Nomad checks all but
 * the drivers' configuration; deploying checks that.
 * @param nomad path of Nomad, found when the step runs
 */
export function jobsStep(nomad: (onProgress: (note: string) => void) => Promise<string>): Step {
  return {
    name: 'jobs',
    async run(desk) {
      if (!existsSync(join(repositoryRoot, 'stacks', 'main.ts'))) return { passed: 0, failed: 0, skipped: 'no stacks' }
      const program = await nomad((note) => desk.print(`  ${note}`))
      const folder = await mkdtemp(join(tmpdir(), 'shoal-synth-'))
      try {
        const jobs = await synthesize(folder, desk)
        if (jobs.length === 0) return failedWith('the synth left no job')
        const failures: Failure[] = []
        for (const job of jobs) {
          // An address where nobody listens: a cluster that the shell is set up for must not answer.
          const env = { NOMAD_ADDR: 'http://127.0.0.1:9' }
          const { exitCode, output } = await desk.run(program, ['job', 'validate', job], { env, quiet: true })
          const title = job.slice(folder.length + 1)
          desk.print(`  ${exitCode === 0 ? '✔' : '✖'} ${title}`)
          if (exitCode !== 0) {
            failures.push({ title, said: output })
            desk.print(output)
          }
        }
        return { passed: jobs.length - failures.length, failed: failures.length, failures }
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  }
}

/** @returns the readable job files that a synth leaves beside cdk.tf.json */
async function synthesize(folder: string, desk: Desk): Promise<string[]> {
  const images = join(folder, 'images.json')
  await mkdir(folder, { recursive: true })
  await writeImagesFile(images, references(listImages(repositoryRoot), 'registry.example:5000'))
  await give(folder)
  const { exitCode, output } = await desk.run('npx', ['cdktf', 'synth', '--output', join(folder, 'out')], {
    cwd: repositoryRoot,
    env: { SHOAL_IMAGES: images, CHECKPOINT_DISABLE: '1', CI: '1' },
    quiet: true,
  })
  if (exitCode !== 0) throw new Error(`cdktf synth ended with ${exitCode}:\n${output}`)
  return filesBelow(folder).filter((file) => file.endsWith('.nomad.hcl'))
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
