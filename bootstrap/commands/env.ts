import { Command } from 'commander'
import { fleetEnv, loadFleet } from '../fleet/index.js'
import { fleetName, fleetOption } from './fleet-option.js'

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

/** For a POSIX shell; most values need nothing. */
export const quote = (value: string): string =>
  /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
