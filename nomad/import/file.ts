import { call, type Code, literal, object } from './code'
import type { SpecObject } from './decode'
import { type Context, specList } from './fields'
import { groupStatements, type Statement } from './group'
import { jobCode } from './job-code'
import { commentLines, Printer } from './print'
import { quote } from './text'
import type { ReadJob } from './variables'

/** How the TypeScript is written. */
export interface FileOptions {
  readonly className: string
  /** Where the constructs come from. */
  readonly module: string
  /** The job file's name, for the first line. */
  readonly path: string
}

/** A whole file: a class that is the job, with a property for each variable. */
export function writeFile(context: Context, spec: SpecObject, read: ReadJob, options: FileOptions): string {
  const { source } = context
  const statements = groups(context, spec)
  const props = jobCode(context, statements ? spec : { ...spec, group: undefined })
  const raw = statements ? props : withRawGroups(props, spec)
  const printer = new Printer(read.standIns, (wish) => context.names.free(wish))
  const body = [
    printer.statement(
      '    ',
      call('super', { kind: 'name', name: 'scope', stands: 0 }, { kind: 'name', name: 'id', stands: 0 }, raw),
      4,
    ),
    ...(statements ?? []).map((s) => statementText(printer, s)),
  ].join('\n')
  const head = [...source.drain(source.file)]
  while (head[head.length - 1] === '') head.pop()
  const above = [...(source.job ? source.drainAll(source.job) : []), ...source.drainAll(source.file)]
  const notes = read.writtenOut.map(
    (name) => `The variable '${name}' decides more than a value in a place: what follows from it is written out.`,
  )
  const local = printer.constants.filter((c) => c.local).map((c) => `    const ${c.name} = ${c.source}\n`)
  const used = ['Job', ...printer.used].filter((name) => name !== 'super')
  const hasProps = read.properties.length > 0
  return [
    commentLines(
      [`From ${options.path}, by nomad-constructs import.`, ...notes, ...(head.length > 0 ? ['', ...head] : [])],
      0,
    ),
    `import type { Construct } from 'constructs'\n`,
    importLine(used, options.module),
    '\n',
    hasProps ? propsInterface(options.className, read) : '',
    commentLines(above, 0),
    `export class ${options.className} extends Job {\n`,
    `  constructor(scope: Construct, id = ${quote(String(spec.id))}${hasProps ? `, ${propsParameter(options.className, read)}` : ''}) {\n`,
    ...destructured(read, local.join('') + body),
    local.join(''),
    body,
    '\n  }\n}\n',
    printer.constants
      .filter((c) => !c.local)
      .map((c) => `\nconst ${c.name} = ${c.source}\n`)
      .join(''),
  ].join('')
}

/** The groups as statements; undefined where two of a kind have one name, which no construct allows. */
function groups(context: Context, spec: SpecObject): Statement[] | undefined {
  const names = specList(spec.group).map((group) => group.name)
  const tasks = specList(spec.group).map((group) => specList(group.task).map((task) => task.name))
  if ([names, ...tasks].some((list) => new Set(list).size < list.length || list.includes(''))) return undefined
  return specList(spec.group).flatMap((group) => groupStatements(context, group))
}

function withRawGroups(props: Code & { kind: 'object' }, spec: SpecObject): Code {
  const raw = props.entries.find((entry) => entry.key === 'raw')?.code
  const entries = raw?.kind === 'object' ? raw.entries : []
  const whole = { ...object({}), entries: [...entries, { key: 'group', code: literal(spec.group ?? []) }] }
  return { ...props, entries: [...props.entries.filter((entry) => entry.key !== 'raw'), { key: 'raw', code: whole }] }
}

function statementText(printer: Printer, statement: Statement): string {
  const { constant, callee, args, comments, apart } = statement
  const text = printer.statement(`    ${constant === undefined ? '' : `const ${constant} = `}`, call2(callee, args), 4)
  return `${apart || comments.length > 0 ? '\n' : ''}${commentLines(comments, 4)}${text}`
}

/** A call whose arguments are all written, also an empty object at the end. */
function call2(callee: string, args: readonly Code[]): Code {
  return { kind: 'call', callee, args }
}

function importLine(names: readonly string[], module: string): string {
  const sorted = [...new Set(names)].filter((name) => /^[A-Z]/.test(name)).sort()
  const line = `import { ${sorted.join(', ')} } from ${quote(module)}\n`
  return line.length <= 121
    ? line
    : `import {\n${sorted.map((name) => `  ${name},\n`).join('')}} from ${quote(module)}\n`
}

function propsInterface(className: string, read: ReadJob): string {
  const lines = read.properties.map(({ name, type, initial, comments }) => {
    const said = [
      ...comments,
      ...(initial === undefined ? [] : [`@default ${typeof initial === 'string' ? quote(initial) : initial}`]),
    ]
    const safe = said.flatMap((line) => line.split('\n')).map((line) => line.replace(/\*\//g, '* /').trimEnd())
    const doc =
      safe.length === 0
        ? ''
        : safe.length === 1 || safe.join(' ').length < 100
          ? `  /** ${safe.join(' ')} */\n`
          : `  /**\n${safe.map((line) => `   *${line === '' ? '' : ` ${line}`}\n`).join('')}   */\n`
    return `${doc}  readonly ${name}${initial === undefined ? '' : '?'}: ${type}\n`
  })
  return `/** What the job's variables were. */\nexport interface ${className}Props {\n${lines.join('')}}\n\n`
}

function propsParameter(className: string, read: ReadJob): string {
  const optional = read.properties.every((p) => p.initial !== undefined)
  return `props: ${className}Props${optional ? ' = {}' : ''}`
}

/** Takes the properties that the code uses out of `props`. */
function destructured(read: ReadJob, code: string): string[] {
  const used = read.properties.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(code))
  if (used.length === 0) return []
  const names = used.map(({ name, initial }) =>
    initial === undefined ? name : `${name} = ${typeof initial === 'string' ? quote(initial) : initial}`,
  )
  const line = `    const { ${names.join(', ')} } = props`
  return [
    line.length <= 120 ? `${line}\n` : `    const {\n${names.map((n) => `      ${n},\n`).join('')}    } = props\n`,
  ]
}
