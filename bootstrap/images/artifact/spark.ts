import { execa } from 'execa'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { asCaller } from '../../caller.js'
import { ensurePackages } from '../../toolchain/apt.js'
import type { Artifact } from './artifact.js'
import { copyJars, pom } from './maven.js'

const pyspark = '3.5.7'
const py4j = '0.10.9.7'
/** Parts of the package that no program here uses. */
const unused = ['examples', 'R', 'data', 'licenses']

/** Spark as PyPI has it, and the Cassandra connector with the jars that Spark lacks. */
export const spark: Artifact = {
  title: `spark ${pyspark} (PyPI) with its Cassandra connector (Maven)`,
  key: () => `pyspark==${pyspark} py4j==${py4j} without ${unused.join()}\n${pom('spark')}`,
  async fetch(folder) {
    await ensurePackages({ python3: 'python3', pip3: 'python3-pip' }, 'pyspark from PyPI')
    const python = join(folder, 'python')
    const pins = [`pyspark==${pyspark}`, `py4j==${py4j}`]
    const options = ['--quiet', '--no-deps', '--no-compile', '--target', python]
    await execa('python3', ['-m', 'pip', 'install', ...options, ...pins], asCaller({}))
    await Promise.all(unused.map((name) => rm(join(python, 'pyspark', name), { recursive: true, force: true })))
    await copyJars('spark', join(folder, 'jars'))
    await dropJarsOfSpark(join(folder, 'jars'), join(python, 'pyspark', 'jars'))
  },
}

/** The connector's dependencies include some that Spark brings in a version of its own; two on one class path clash. */
async function dropJarsOfSpark(jars: string, sparkJars: string): Promise<void> {
  const nameOf = (jar: string) => jar.replace(/-\d[\w.]*\.jar$/, '')
  const own = new Set((await readdir(sparkJars)).map(nameOf))
  const duplicates = (await readdir(jars)).filter((jar) => own.has(nameOf(jar)))
  await Promise.all(duplicates.map((jar) => rm(join(jars, jar))))
}
