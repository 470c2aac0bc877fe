import { Command } from 'commander'
import { execa } from 'execa'
import { join } from 'node:path'
import { asCaller } from '../caller.js'
import { repositoryRoot } from '../paths.js'
import { Problem } from '../problem.js'
import { ensureGo, wantedGo } from '../toolchain/go.js'

/** `bootstrap/engine`: builds the package nomad-engine, which the planner and validation by Nomad itself ask. */
export function engineCommand(): Command {
  return new Command('engine')
    .description(
      "build nomad-engine, Nomad's own parser and scheduler as WebAssembly: what scheduler/planner asks (minutes the first time, then from the cache)",
    )
    .action(async () => {
      const room = join(repositoryRoot, 'engine')
      const go = await ensureGo(wantedGo(join(room, 'go')), (note) => console.log(`  ${note}`))
      const env = { ...go.env, GO: go.program }
      console.log('  building nomad-engine: minutes where the cache has none')
      await run('tsc', ['-p', '.'], room, env)
      await run(process.execPath, ['--import', 'tsx', 'build/main.ts'], room, env)
    })
}

async function run(file: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const options = asCaller({ cwd, env, preferLocal: true, localDir: repositoryRoot, stdio: 'inherit', reject: false })
  const { exitCode, failed, shortMessage } = await execa(file, args, options)
  if (!failed) return
  throw new Problem({
    what: 'nomad-engine could not be built',
    given: exitCode === undefined ? shortMessage : `${file} ended with ${exitCode}, its words are above`,
    allowed: 'Go that can fetch the modules of engine/go/go.mod, and 3 GB of memory',
    do: 'correct what it says, then run bootstrap/engine again: what is built already stays',
  })
}
