import { Command } from 'commander'
import { fleetEnv, loadFleet } from '../fleet/index.js'
import { fleetName, fleetOption } from './fleet-option.js'
import { quote } from './shell-quote.js'

/** `bootstrap/env`: what a shell needs to talk to a fleet. */
export function envCommand(): Command {
  return new Command('env')
    .description('print what a shell needs to talk to a fleet: eval "$(bootstrap/env)"')
    .addOption(fleetOption())
    .action(async (_options: object, command: Command) => {
      const env = await fleetEnv(await loadFleet(fleetName(command)))
      for (const [name, value] of Object.entries(env)) console.log(`export ${name}=${quote(value)}`)
    })
}
