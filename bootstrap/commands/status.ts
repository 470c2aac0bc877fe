import { Command } from 'commander'
import { fleetStatus, loadFleet } from '../fleet/index.js'
import { renderStatus } from '../fleet/status-text.js'
import { requireRoot } from '../preflight/root.js'
import { fleetName, fleetOption } from './fleet-option.js'

/** `bootstrap/status`: nodes, jobs, services, who is MySQL's primary, the last analysis. */
export function statusCommand(): Command {
  return new Command('status')
    .description('show how a fleet is: nodes and their memory, jobs, services')
    .addOption(fleetOption())
    .option('--json', 'for programs')
    .action(async (options: { json?: boolean }, command: Command) => {
      await requireRoot()
      const status = await fleetStatus(await loadFleet(fleetName(command)))
      console.log(options.json ? JSON.stringify(status, null, 2) : renderStatus(status))
    })
}
