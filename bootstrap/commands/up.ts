import { Command, Option } from 'commander'
import { DEFAULT_NODES, DEFAULT_SITE_PORT, MAX_NODES } from '../fleet/index.js'
import { wholeNumber } from '../preflight/options.js'
import { requireRoot } from '../preflight/root.js'
import { runStages } from '../progress/run-stages.js'
import { upStages } from '../stages/index.js'
import { nextSteps } from '../stages/next-steps.js'
import { fleetName, fleetOption } from './fleet-option.js'

interface UpFlags {
  readonly nodes?: string
  readonly fromSource?: boolean
  /** False after `--no-publish`. */
  readonly publish?: string | boolean
  readonly deploy: boolean
}

/** `bootstrap/up`: from nothing to the site answering. */
export function upCommand(): Command {
  return new Command('up')
    .description('bring everything up: toolchain, fleet, images, all tiers; again and again if you like')
    .addOption(fleetOption())
    .addOption(new Option('--nodes <n>', `how many nodes (default: as it is, else ${DEFAULT_NODES})`))
    .option('--from-source', 'build Nomad, Consul and OpenTofu from their pinned Go modules, whatever is on PATH')
    .addOption(
      new Option('--publish <port>', `publish the site on this port of the machine (default: ${DEFAULT_SITE_PORT})`),
    )
    .addOption(new Option('--no-publish', 'publish the site on no port of the machine'))
    .option('--no-deploy', 'stop after the images: a fleet with nothing on it')
    .addHelpText(
      'after',
      `
Examples:
  bootstrap/up                                        ${DEFAULT_NODES} nodes, the site on port ${DEFAULT_SITE_PORT} of this machine
  bootstrap/up --fleet demo --nodes 3 --publish 8081  a second fleet beside it
It can be interrupted and run again: what is done is not done twice.`,
    )
    .action(async (flags: UpFlags, command: Command) => {
      const options = {
        name: fleetName(command),
        nodes: flags.nodes === undefined ? undefined : wholeNumber('--nodes', flags.nodes, 1, MAX_NODES),
        fromSource: flags.fromSource ?? false,
        publish: publishOf(flags.publish),
        deploy: flags.deploy,
      }
      await requireRoot()
      const { stages, state } = upStages(options)
      await runStages(stages)
      console.log(nextSteps(state, flags.deploy))
    })
}

function publishOf(flag: string | boolean | undefined): { site: number } | false | undefined {
  if (flag === false) return false
  return typeof flag === 'string' ? { site: wholeNumber('--publish', flag, 1, 65535) } : undefined
}
