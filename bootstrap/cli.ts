import { Command, CommanderError } from 'commander'
import { downCommand } from './commands/down.js'
import { engineCommand } from './commands/engine.js'
import { envCommand } from './commands/env.js'
import { imagesCommand } from './commands/images.js'
import { nodeCommand } from './commands/node.js'
import { statusCommand } from './commands/status.js'
import { testCommand } from './commands/test.js'
import { upCommand } from './commands/up.js'

const program = new Command('bootstrap')
  .description('Shoal on this machine: a fleet of small virtual nodes and everything that runs on it')
  .addHelpText(
    'after',
    `
Commands are programs in bootstrap/: bootstrap/up, bootstrap/node kill 2, ...; images is bootstrap/shoal images.

Environment:
  SHOAL_CACHE  programs, images and downloads, used by all fleets (default: ~/.cache/shoal)
  SHOAL_STATE  what belongs to a fleet: data, logs, tokens (default: /var/lib/shoal)`,
  )

const commands = [
  upCommand,
  downCommand,
  statusCommand,
  nodeCommand,
  envCommand,
  imagesCommand,
  engineCommand,
  testCommand,
]
for (const make of commands) program.addCommand(make())

/** As a person types it: `bootstrap/node kill`. */
function typed(command: Command): string {
  const names: string[] = []
  for (let one: Command | null = command; one !== null && one !== program; one = one.parent) names.unshift(one.name())
  return ['images', undefined].includes(names[0])
    ? ['bootstrap/shoal', ...names].join(' ')
    : `bootstrap/${names.join(' ')}`
}

function settle(command: Command): void {
  command
    .exitOverride()
    // Not all of it: what is wrong would be out of sight.
    .showHelpAfterError(`  do       see ${typed(command)} --help`)
    .configureHelp({ commandUsage: (one) => `${typed(one)} ${one.usage()}` })
  command.commands.forEach(settle)
}
settle(program)

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has already said what is wrong; a call that asks for help isn't a wrong one.
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = error instanceof Error && 'exitCode' in error && error.exitCode === 2 ? 2 : 1
  }
}
