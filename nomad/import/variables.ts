import type { Block } from './scan'
import { JobFileError, type JobParser, type ParserOptions, type ParserVariable } from './parser'
import type { Source } from './source'
import type { StandIn } from './text'

/** A `variable` of a job file as a property of the class. */
export interface Property {
  /** Its name in the class. */
  readonly name: string
  /** The name of the variable that it was. */
  readonly variable: string
  /** Its type in TypeScript. */
  readonly type: 'string' | 'number'
  /** Value where none is given. Undefined: one must be given. */
  readonly initial: string | number | undefined
  /** What stood above the variable. */
  readonly comments: readonly string[]
}

/** A job as Nomad's parser has read it, with stand-ins where its variables go. */
export interface ReadJob {
  readonly job: Readonly<Record<string, unknown>>
  readonly properties: readonly Property[]
  readonly standIns: readonly StandIn[]
  /** Variables whose values are written out, because they do more than stand in a place. */
  readonly writtenOut: readonly string[]
}

/**
 * Reads a job file. Each variable whose value can be seen to go from its name to its places unchanged becomes a property:
 * the file is read once more with a value that is nowhere else, and the two results must differ in nothing but that.
 * @throws JobFileError where Nomad's parser refuses it
 */
export async function readJob(
  hcl: string,
  path: string,
  given: Pick<ParserOptions, 'variables' | 'varArgs'>,
  parser: JobParser,
  source: Source,
  nameOf: (variable: string) => string,
): Promise<ReadJob> {
  const blocks = source.file.blocks.filter((block) => block.type === 'variable' && block.labels[0] !== undefined)
  const open = blocks.filter((block) => !isGiven(block, given))
  const needed = Object.fromEntries(open.map((block, i) => [block.labels[0] ?? '', standInFor(block, i)]))
  const read = async (extra: Readonly<Record<string, ParserVariable>>) => {
    const args = Object.entries(extra).map(([name, v]) => `${name}=${String(v)}`)
    return await parser.parse(hcl, { path, variables: given.variables, varArgs: [...(given.varArgs ?? []), ...args] })
  }
  const plain = await read(needed)
  if (!plain.ok) {
    const honest = await read({})
    throw new JobFileError(path, honest.ok ? plain : honest)
  }
  let job = plain.job
  const standIns: StandIn[] = open.map((b) => ({
    name: nameOf(b.labels[0] ?? ''),
    stands: needed[b.labels[0] ?? ''] ?? '',
  }))
  const properties: Property[] = open.map((b, i) => property(b, standIns[i], undefined, source))
  const writtenOut: string[] = []
  for (const [i, block] of blocks.entries()) {
    const name = block.labels[0] ?? ''
    if (open.includes(block)) continue
    const stands = standInFor(block, blocks.length + i)
    const [before, after] = [await read(needed), await read({ ...needed, [name]: stands })]
    const traced = before.ok && after.ok ? trace(before.job, after.job, stands) : undefined
    if (traced === undefined || !after.ok) {
      writtenOut.push(name)
      source.drainAll(block)
      continue
    }
    if (!traced.found) continue
    const standIn = { name: nameOf(name), stands }
    needed[name] = stands
    job = after.job
    standIns.push(standIn)
    properties.push(property(block, standIn, traced.initial, source))
  }
  return { job, properties, standIns, writtenOut }
}

function property(
  block: Block,
  standIn: StandIn | undefined,
  initial: string | number | undefined,
  source: Source,
): Property {
  const description = block.attributes.find((a) => a.name === 'description')?.source
  const said = source.drainAll(block)
  const text =
    description !== undefined && /^"(?:[^"\\$]|\\.)*"$/.test(description) ? [JSON.parse(description) as string] : []
  return {
    name: standIn?.name ?? '',
    variable: block.labels[0] ?? '',
    type: typeof standIn?.stands === 'number' ? 'number' : 'string',
    initial,
    comments: [...text, ...said],
  }
}

function isGiven(block: Block, given: Pick<ParserOptions, 'variables' | 'varArgs'>): boolean {
  const name = block.labels[0] ?? ''
  if (block.attributes.some((a) => a.name === 'default')) return true
  if (given.varArgs?.some((arg) => arg.startsWith(`${name}=`))) return true
  if (typeof given.variables === 'string') return new RegExp(`^\\s*"?${name}"?\\s*=`, 'm').test(given.variables)
  return given.variables !== undefined && name in given.variables
}

/** A value that is nowhere else in the job. */
function standInFor(block: Block, index: number): string | number {
  const type = block.attributes.find((a) => a.name === 'type')?.source
  const initial = block.attributes.find((a) => a.name === 'default')?.source ?? ''
  const number = type === 'number' || (type === undefined && /^-?\d+(\.\d+)?$/.test(initial))
  return number ? 918_273_000 + index : `stand-in-${918_273_000 + index}-`
}

/** Whether two readings differ in nothing but a value, wherever it stands. Undefined where they differ in more. */
function trace(
  before: unknown,
  after: unknown,
  stands: string | number,
): { readonly found: boolean; readonly initial?: string | number } | undefined {
  const seen: { initial?: string | number } = {}
  const same = (a: unknown, b: unknown): boolean => {
    if (typeof a === 'string' && typeof b === 'string' && b.includes(String(stands))) return sameText(a, b)
    if (b === stands && (typeof a === 'number' || typeof a === 'string')) return learn(a)
    if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]))
    if (isMap(a) && isMap(b)) {
      const keys = Object.keys(b)
      return keys.length === Object.keys(a).length && keys.every((key) => key in a && same(a[key], b[key]))
    }
    return Object.is(a, b)
  }
  const learn = (initial: string | number) => {
    const text = typeof stands === 'number' ? Number(initial) : initial
    if (seen.initial === undefined) seen.initial = text
    return seen.initial === text
  }
  const sameText = (a: string, b: string) => {
    const pieces = b.split(String(stands))
    if (seen.initial === undefined) {
      const [head = '', tail = ''] = [pieces[0], pieces[pieces.length - 1]]
      const length = (a.length - pieces.join('').length) / (pieces.length - 1)
      if (!Number.isInteger(length) || length < 0 || !a.startsWith(head) || !a.endsWith(tail)) return false
      if (!learn(a.slice(head.length, head.length + length))) return false
    }
    return pieces.join(String(seen.initial)) === a
  }
  return same(before, after) ? { found: seen.initial !== undefined, initial: seen.initial } : undefined
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
