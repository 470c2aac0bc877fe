import { Command } from 'commander'
import { downFleet } from '../fleet/index.js'
import { requireRoot } from '../preflight/root.js'
import { fleetName, fleetOption } from './fleet-option.js'
import { progressLine } from './progress-line.js'

/** `bootstrap/down`: everything of a fleet stops; its data stays unless told otherwise. */
export function downCommand(): Command {
  return new Command('down')
    .description('stop a fleet; its data stays')
    .addOption(fleetOption())
    .option('--purge', 'remove its data and volumes as well')
    .action(async (options: { purge?: boolean }, command: Command) => {
      await requireRoot()
      const name = fleetName(command)
      const known = await downFleet(name, { purge: options.purge ?? false, onProgress: progressLine() })
      const data = options.purge ? 'its data is removed' : 'its data stays (--purge removes it)'
      console.log(known ? `fleet '${name}' is down; ${data}` : `fleet '${name}': nothing to stop`)
    })
}
