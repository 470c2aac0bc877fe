import { Command, CommanderError } from 'commander'
import { downCommand } from './commands/down.js'
import { envCommand } from './commands/env.js'
import { imagesCommand } from './commands/images.js'
import { nodeCommand } from './commands/node.js'
import { statusCommand } from './commands/status.js'
import { testCommand } from './commands/test.js'
import { upCommand } from './commands/up.js'

const program = new Command('bootstrap')
  .description('Shoal on this machine: a fleet of small virtual nodes and everything that runs on it')
  .showHelpAfterError()
  .exitOverride()

const commands = [upCommand, downCommand, statusCommand, nodeCommand, envCommand, imagesCommand, testCommand]
for (const make of commands) program.addCommand(make())
const settle = (command: Command): void => {
  command.exitOverride().showHelpAfterError()
  command.commands.forEach(settle)
}
program.commands.forEach(settle)

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
