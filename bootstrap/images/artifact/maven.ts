import { execa } from 'execa'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asCaller, makeFolder } from '../../caller.js'
import { ensurePackages } from '../../toolchain/apt.js'
import { Problem } from '../../problem.js'

const folder = dirname(fileURLToPath(import.meta.url))

/** The pom of an artifact: its pins. */
export const pom = (artifact: string): string => readFileSync(join(folder, artifact, 'pom.xml'), 'utf8')

/**
 * Copies the jars of a pom's dependencies to `target`. Maven keeps its own repository (`~/.m2`) and settings, so a mirror
 * set there is used.
 */
export async function copyJars(artifact: string, target: string): Promise<void> {
  await ensurePackages({ mvn: 'maven' }, 'jars from Maven')
  await makeFolder(target)
  const { exitCode, all } = await execa(
    'mvn',
    [
      '--batch-mode',
      '--no-transfer-progress',
      '--file',
      join(folder, artifact, 'pom.xml'),
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${target}`,
    ],
    asCaller({ all: true, reject: false, cwd: target }),
  )
  if (exitCode !== 0) {
    throw new Problem({
      what: `images: the jars of bootstrap/images/artifact/${artifact}/pom.xml could not be fetched`,
      given: all
        .split('\n')
        .filter((line) => line.includes('ERROR'))
        .slice(0, 5)
        .join('\n'),
      allowed: 'a Maven repository that answers (Maven Central, or a mirror in ~/.m2/settings.xml)',
      do: 'check the network, then run it again; what was fetched is kept',
    })
  }
}
