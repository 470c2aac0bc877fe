import { Command, CommanderError } from 'commander'
import { imagesCommand } from './commands/images.js'
import { testCommand } from './commands/test.js'

const program = new Command('bootstrap')
  .description('Shoal on this machine: a fleet of small virtual nodes and everything that runs on it')
  .showHelpAfterError()
  .exitOverride()

program.addCommand(imagesCommand())
program.addCommand(testCommand())
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
