import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { unpackImage } from '../images/unpack.js'
import { cacheRoot, repositoryRoot } from '../paths.js'
import { ensurePackages } from '../toolchain/apt.js'
import { ensureProgram } from '../toolchain/program.js'
import { recipes } from '../toolchain/recipes.js'
import { releasesUrl } from '../toolchain/release.js'
import { type IntegrationSteps, integrationStep } from './integration-steps.js'
import type { Step } from './step.js'

/** The files of these tests, each a step of its own; the shortest first, so that what is broken throughout is known soon. */
export const mysqlFiles = [
  'test/webapp/integration/mysql.itest.ts',
  'test/mysql-agent/integration/life.itest.ts',
  'test/mysql-agent/integration/too-few.itest.ts',
  'test/mysql-backup/integration/restore.itest.ts',
] as const

/** Those whose promises the tests on a fleet hold as well (e2e 07 and 10): five minutes that not every run has to take. */
export const mysqlFilesAlone = [
  'test/mysql-backup/integration/rotation.itest.ts',
  'test/mysql-agent/integration/failover.itest.ts',
] as const

/** How they are called where they report. */
const names: Readonly<Record<string, string>> = { mysql: 'web application', life: 'changes of hands' }

/**
 * Tests with real groups of MySQL instances on loopback: mysqld and its tools as they are in the image mysql-backup (mysqld's
 * own, with the programs of the backup), our agent, and Consul. They need root, and no fleet. One after another: each takes
 * about half a core, and what they measure has deadlines.
 * @param files which of them
 */
export function mysqlSteps(files: readonly string[] = mysqlFiles): IntegrationSteps {
  let env: NodeJS.ProcessEnv = {}
  const first: Step = {
    name: 'mysql image',
    run: async (desk) => {
      env = await environment((note) => desk.print(`  ${note}`))
      return { passed: 1, failed: 0 }
    },
  }
  const row = files.map((file) => {
    const name = basename(file, '.itest.ts')
    return integrationStep(`mysql ${names[name] ?? name}`, [file], () => env, true)
  })
  return { first, rows: [row] }
}

/** What these tests find their real parts by; builds, fetches or installs those that are missing. */
async function environment(onProgress: (note: string) => void): Promise<NodeJS.ProcessEnv> {
  const cache = cacheRoot()
  await ensurePackages({ unshare: 'util-linux', jq: 'jq', curl: 'curl' }, 'the tests with a real mysqld')
  // In the temporary folder of the run, which goes away with it.
  const folder = join(tmpdir(), 'mysql-root')
  await unpackImage(repositoryRoot, cache, 'mysql-backup', folder, onProgress)
  const consul = await ensureProgram(recipes.consul, {
    cache,
    releasesUrl: releasesUrl(),
    fromSource: false,
    onProgress,
  })
  return { SHOAL_MYSQL_ROOT: folder, SHOAL_CONSUL: consul.path }
}
