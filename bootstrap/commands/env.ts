import { Command } from 'commander'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Fleet, fleetEnv, loadFleet } from '../fleet/index.js'
import { requireRoot } from '../preflight/root.js'
import { Problem } from '../problem.js'
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
      await sayWhose(fleet)
      for (const [name, value] of Object.entries(await fleetEnv(fleet))) console.log(`export ${name}=${quote(value)}`)
      console.log(`export SHOAL_FLEET=${quote(fleet.description.name)}`)
      // So that `nomad` and `consul` are the fleet's own versions.
      const { nomad, consul } = fleet.description.tools
      const folders = [...new Set([nomad, consul].map((path) => dirname(path)))].map(quote).join(':')
      console.log(`export PATH=${folders}:"$PATH"`)
    })
}

/** On stderr: a shell that evaluates what we print doesn't run it. */
async function sayWhose({ description, paths }: Fleet): Promise<void> {
  const owner = await stat(paths.terraform).catch(() => undefined)
  const said = notYours(description.name, Number(process.env.SUDO_UID || 0), owner?.uid ?? 0)
  if (said !== undefined) console.error(said)
}

/** What is told to somebody whose the fleet's Terraform state isn't; nothing to root, who may read all. */
export function notYours(fleet: string, asker: number, owner: number): string | undefined {
  if (asker === 0 || asker === owner) return undefined
  return new Problem({
    what: `fleet '${fleet}': its Terraform state is not yours, so that npx cdktf can't read it (all else works)`,
    given: `user ${asker}; it belongs to ${owner === 0 ? 'root' : `user ${owner}`}, who brought it up`,
    do: 'run bootstrap/up in a checkout of your own: the fleet is then yours',
  }).message
}
