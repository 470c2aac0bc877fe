import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { faults } from './faults'

export interface Options {
  readonly fleet: string
  readonly cycles: number
  /** Names of the faults to do. */
  readonly faults: readonly string[]
  readonly seed: number
  /** Folder of the results. */
  readonly out: string
  /** Seconds that processes stay frozen, and that partitions last. */
  readonly frozen: number
  readonly cut: number
  readonly heal: boolean
  /** Sizes with which the group is started anew before the cycles, empty. */
  readonly fresh: readonly number[]
  readonly help: boolean
}

/** Bad use of the command line: the message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export function helpText(): string {
  const width = Math.max(...faults.map(({ name }) => name.length))
  return `npx tsx bench/failover --fleet NAME [options]

Hurts the MySQL group of a fleet again and again while rows are written and read, and checks after each cycle that nothing that was
acknowledged is lost or doubled, that never two instances could commit, and that the group is whole. Needs root, and a fleet from bootstrap/up.

  --fleet NAME     the fleet                                                  required
  --cycles N       how many cycles                                            50
  --faults A,B     only these                                                 all below
  --seed N         order of the faults                                        1
  --out DIR        results; a run that finds its own cycles there goes on     artifacts/failover
  --frozen S       seconds that processes stay frozen                         30
  --cut S          seconds that partitions last                               20
  --fresh 5,3      first start the group anew with so many instances: DELETES the fleet's MySQL data
  --heal           only put everything right that an earlier run left behind
  --help

Results: cycles.jsonl, table.md, blocked.svg. Leaves with 1 when a promise was broken. SIGINT ends it with everything healed.

Faults:
${faults.map(({ name, what }) => `  ${name.padEnd(width)}  ${what}`).join('\n')}`
}

/** @throws UsageError */
export function readOptions(args: readonly string[]): Options {
  const { values } = parse(args)
  const number = (name: 'cycles' | 'seed' | 'frozen' | 'cut', usual: number): number => {
    const given = values[name]
    if (given === undefined) return usual
    if (/^\d{1,6}$/.test(given)) return Number(given)
    throw usage(`--${name} is not a number`, `'${given}'`, 'a whole number', `leave it out (${usual})`)
  }
  const known = faults.map(({ name }) => name)
  const chosen =
    values.faults?.split(',').filter(Boolean) ?? faults.filter(({ onPurpose }) => !onPurpose).map(({ name }) => name)
  const strange = chosen.filter((name) => !known.includes(name))
  if (strange.length > 0) throw usage('there is no such fault', strange.join(', '), known.join(', '), 'use these names')
  if (!/^([1-9],?)*$/.test(values.fresh ?? ''))
    throw usage('--fresh is not a list of sizes', `'${values.fresh}'`, 'such as 5,3', 'name sizes from 1 to 9')
  const help = values.help ?? false
  if (!values.fleet && !help) throw usage('which fleet?', 'no --fleet', 'the name of a fleet', 'see bootstrap/status')
  return {
    fleet: values.fleet ?? '',
    cycles: number('cycles', 50),
    faults: chosen,
    seed: number('seed', 1),
    out: values.out ?? join(__dirname, '../../artifacts/failover'),
    frozen: number('frozen', 30),
    cut: number('cut', 20),
    heal: values.heal ?? false,
    fresh: (values.fresh ?? '').split(',').filter(Boolean).map(Number),
    help,
  }
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const options = {
    fleet: text,
    cycles: text,
    faults: text,
    seed: text,
    out: text,
    frozen: text,
    cut: text,
    fresh: text,
    heal: flag,
    help: flag,
  }
  try {
    return parseArgs({ args: [...args], options })
  } catch (error) {
    throw usage(
      error instanceof Error ? error.message : String(error),
      args.join(' '),
      'see --help',
      'npx tsx bench/failover --help',
    )
  }
}

const usage = (what: string, given: string, allowed: string, todo: string): UsageError =>
  new UsageError(`bench/failover: ${what}\n  given    ${given}\n  allowed  ${allowed}\n  do       ${todo}`)
