/** Measures the site of a fleet: what HAProxy and nginx cost, and what people notice of a change and of a loss. */
import { parseArgs } from 'node:util'
import { Fleet } from '../failover/fleet/fleet'
import { node } from './node'
import { request } from './request'
import { ring } from './ring'
import { scale } from './scale'
import { Site } from './site'

const help = `npx tsx bench/site/main.ts --fleet NAME [options]

  --fleet NAME   the fleet, with the platform on it                     required
  --only W       'request': the same Hapi server through HAProxy and nginx,
                 and directly; the tier is scaled to 1 meanwhile
                 'scale': the web tier from 3 to 10 and back under load
                 'ring': Cassandra killed on three nodes, one after the other
                 'node': each node with an instance of the web tier loses power,
                 while people read through the others
                 Without it, all of them
  --rounds N     how often each way is asked, in turns                 15
  --seconds N    how long each time                                     4
  --help         this text

Needs root, and an otherwise idle machine. It leaves with 1 when a target is
missed. Results: bench/site/README.md.`

type Part = (site: Site, rounds: number, seconds: number) => Promise<boolean>
const parts: Readonly<Record<string, Part>> = { request, scale, ring, node }

function readOptions(args: string[]) {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args,
    options: { fleet: text, only: text, rounds: text, seconds: text, help: { type: 'boolean', short: 'h' } },
  })
  const number = (name: 'rounds' | 'seconds', usual: number): number => {
    const value = Number(values[name] ?? usual)
    if (Number.isInteger(value) && value > 0) return value
    throw new Error(`--${name} ${values[name]}: a whole number above 0`)
  }
  if (values.help) return undefined
  if (values.fleet === undefined) throw new Error('which fleet? --fleet NAME: see bootstrap/status')
  const known = Object.keys(parts)
  if (values.only !== undefined && !known.includes(values.only)) {
    throw new Error(`--only ${values.only}: allowed are ${known.join(', ')}`)
  }
  const only = values.only === undefined ? known : [values.only]
  return { site: new Site(new Fleet(values.fleet)), only, rounds: number('rounds', 15), seconds: number('seconds', 4) }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (!options) return console.log(help)
  const { site, only, rounds, seconds } = options
  process.once('SIGINT', () => {
    console.error('interrupted: the site is put back as it was')
    void site.putBack().finally(() => process.exit(130))
  })
  try {
    for (const name of only) {
      console.log(`${name}:`)
      if (!(await parts[name]?.(site, rounds, seconds))) process.exitCode = 1
    }
  } finally {
    await site.putBack()
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
})
