import { Command } from 'commander'
import { type Fleet, killNode, loadFleet, startNode, wipeNode } from '../fleet/index.js'
import { Problem } from '../problem.js'
import { requireRoot } from '../preflight/root.js'
import { fleetName, fleetOption } from './fleet-option.js'
import { progressLine } from './progress-line.js'

type Progress = (line: string) => void

interface Verb {
  readonly name: string
  readonly description: string
  readonly done: string
  run(fleet: Fleet, n: number, progress: Progress): Promise<void>
}

const VERBS: readonly Verb[] = [
  {
    name: 'kill',
    description: 'cut its power: everything on it ends at once, its cable is pulled, its data stays',
    done: 'is dead; bootstrap/node start brings it back',
    run: (fleet, n) => killNode(fleet, n),
  },
  { name: 'start', description: 'start it again, with its data', done: 'is ready', run: startNode },
  {
    name: 'wipe',
    description: 'replace its disk by an empty one, and start it anew under its name',
    done: 'is ready, with an empty disk',
    run: wipeNode,
  },
]

/** `bootstrap/node kill|start|wipe N`: failures to play with. */
export function nodeCommand(): Command {
  const node = new Command('node').description('kill, start or wipe a node of a fleet').addHelpText(
    'after',
    `
Example:
  bootstrap/node kill 2; bootstrap/status; bootstrap/node start 2`,
  )
  for (const verb of VERBS) {
    node
      .command(verb.name)
      .description(verb.description)
      .argument('<number>', "the node's number, from 1")
      .addOption(fleetOption())
      .action(async (given: string, _options: object, command: Command) => {
        await requireRoot()
        const fleet = await loadFleet(fleetName(command))
        const n = parseNumber(given)
        await verb.run(fleet, n, progressLine())
        console.log(`${fleet.addresses.nodeName(n)} ${verb.done}`)
      })
  }
  return node
}

function parseNumber(given: string): number {
  if (/^\d{1,3}$/.test(given)) return Number(given)
  throw Problem.usage({
    what: "bootstrap/node: this is not a node's number",
    given: `'${given}'`,
    allowed: 'a whole number from 1 to the number of nodes',
    do: 'see bootstrap/status',
  })
}
