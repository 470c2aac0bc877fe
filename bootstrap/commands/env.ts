import { Command } from 'commander'
import { dirname } from 'node:path'
import { fleetEnv, loadFleet } from '../fleet/index.js'
import { requireRoot } from '../preflight/root.js'
import { fleetName, fleetOption } from './fleet-option.js'
import { quote } from './shell-quote.js'

/** `bootstrap/env`: what a shell needs to talk to a fleet. */
export function envCommand(): Command {
  return new Command('env')
    .description('print what a shell needs to talk to a fleet: eval "$(bootstrap/env)"')
    .addOption(fleetOption())
    .addHelpText(
      'after',
      `
Example:
  eval "$(bootstrap/env)"; nomad job status; npx cdktf diff web
It prints the fleet's management tokens.`,
    )
    .action(async (_options: object, command: Command) => {
      await requireRoot()
      const fleet = await loadFleet(fleetName(command))
      for (const [name, value] of Object.entries(await fleetEnv(fleet))) console.log(`export ${name}=${quote(value)}`)
      console.log(`export SHOAL_FLEET=${quote(fleet.description.name)}`)
      // So that `nomad` and `consul` are the fleet's own versions.
      const { nomad, consul } = fleet.description.tools
      const folders = [...new Set([nomad, consul].map((path) => dirname(path)))].map(quote).join(':')
      console.log(`export PATH=${folders}:"$PATH"`)
    })
}
