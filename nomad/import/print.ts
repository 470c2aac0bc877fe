import type { Code, Entry } from './code'
import { partsOf, quote, type StandIn, template } from './text'

const WIDTH = 120

/** A text of many lines that is written as a constant of its own. */
export interface Constant {
  readonly name: string
  readonly source: string
  /** It holds a variable of the job, so it can't stand outside of the constructor. */
  readonly local: boolean
}

/** Writes code as Prettier would lay it out (120 columns, no semicolons, single quotes). */
export class Printer {
  readonly constants: Constant[] = []
  /** What the code takes from the package. */
  readonly used = new Set<string>()

  constructor(
    private readonly standIns: readonly StandIn[],
    private readonly freeName: (wish: string) => string,
  ) {}

  /** `prefix` + code, at an indentation. */
  statement(prefix: string, code: Code, indent: number): string {
    return prefix + this.layout(code, indent, indent + prefix.length, 0)
  }

  private parts(text: string) {
    const parts = partsOf(text, this.standIns)
    for (const part of parts) {
      const root = 'source' in part ? /^(Env|Node)\./.exec(part.source)?.[1] : undefined
      if (root !== undefined) this.used.add(root)
    }
    return parts
  }

  /** @param column where the code starts @param tail how many characters must follow on its last line */
  private layout(code: Code, indent: number, column: number, tail: number): string {
    const flat = this.flat(code)
    if (flat !== undefined && column + flat.length + tail <= WIDTH) return flat
    switch (code.kind) {
      case 'value':
      case 'name':
        return flat ?? ''
      case 'object':
        return this.brokenObject(code.entries, indent)
      case 'array':
        return this.brokenArray(code.items, indent)
      case 'call':
        return this.brokenCall(code, indent, column)
    }
  }

  private brokenCall(code: Code & { kind: 'call' }, indent: number, column: number): string {
    const last = code.args[code.args.length - 1]
    const head = code.args.slice(0, -1).map((arg) => this.flat(arg))
    const before = `${code.callee}(${head.map((arg) => `${arg}, `).join('')}`
    const hug =
      (last?.kind === 'object' && last.entries.length > 0) || (last?.kind === 'array' && last.items.length > 0)
    const twins = code.args[code.args.length - 2]?.kind === last?.kind
    if (last && hug && !twins && head.every((arg) => arg !== undefined) && column + before.length + 1 <= WIDTH) {
      return `${before}${this.broken(last, indent)})`
    }
    const inner = indent + 2
    const args = code.args.map((arg) => `${' '.repeat(inner)}${this.layout(arg, inner, inner, 1)},\n`)
    return args.length === 0 ? `${code.callee}()` : `${code.callee}(\n${args.join('')}${' '.repeat(indent)})`
  }

  private broken(code: Code, indent: number): string {
    if (code.kind === 'object') return this.brokenObject(code.entries, indent)
    return code.kind === 'array' ? this.brokenArray(code.items, indent) : ''
  }

  private brokenObject(entries: readonly Entry[], indent: number): string {
    const inner = indent + 2
    const lines = entries.map(({ key, code, comments }) => {
      const name = this.propertyName(key)
      const shorthand = this.flat(code) === name
      const start = shorthand ? '' : `${name}: `
      let text = this.layout(code, inner, inner + start.length, 1)
      const isText = code.kind === 'value' && typeof code.value === 'string' && /^['"]/.test(text)
      if (isText && name.length > 2 && inner + start.length + text.length + 1 > WIDTH) {
        text = `\n${' '.repeat(inner + 2)}${text}`
        return `${commentLines(comments ?? [], inner)}${' '.repeat(inner)}${name}:${text},\n`
      }
      return `${commentLines(comments ?? [], inner)}${' '.repeat(inner)}${start}${text},\n`
    })
    return `{\n${lines.join('')}${' '.repeat(indent)}}`
  }

  private brokenArray(items: readonly Code[], indent: number): string {
    const inner = indent + 2
    const pad = ' '.repeat(inner)
    if (items.every((item) => item.kind === 'value' && typeof item.value === 'number')) {
      const rows = ['']
      for (const item of items) {
        const text = `${this.flat(item) ?? ''},`
        const row = rows[rows.length - 1] ?? ''
        if (row !== '' && inner + row.length + 1 + text.length > WIDTH) rows.push(text)
        else rows[rows.length - 1] = row === '' ? text : `${row} ${text}`
      }
      return `[\n${rows.map((row) => `${pad}${row}\n`).join('')}${' '.repeat(indent)}]`
    }
    const lines = items.map((item) => `${pad}${this.layout(item, inner, inner, 1)},\n`)
    return `[\n${lines.join('')}${' '.repeat(indent)}]`
  }

  /** On one line; undefined where that can't be. */
  private flat(code: Code): string | undefined {
    switch (code.kind) {
      case 'value':
        return this.scalar(code)
      case 'name':
        return code.name
      case 'array': {
        const forced =
          code.items.length > 1 && code.items.every((item) => item.kind === 'object' && item.entries.length > 1)
        const alsoForced =
          code.items.length > 1 && code.items.every((item) => item.kind === 'array' && item.items.length > 1)
        const items = forced || alsoForced ? [undefined] : code.items.map((item) => this.flat(item))
        return items.some((item) => item === undefined) ? undefined : `[${items.join(', ')}]`
      }
      case 'object': {
        if (code.entries.length === 0) return '{}'
        const items = code.entries.map(({ key, code: inner, comments }) => {
          const text = comments && comments.length > 0 ? undefined : this.flat(inner)
          const name = this.propertyName(key)
          return text === undefined ? undefined : text === name ? name : `${name}: ${text}`
        })
        return items.some((item) => item === undefined) ? undefined : `{ ${items.join(', ')} }`
      }
      case 'call': {
        this.used.add(code.callee.split('.')[0] ?? '')
        const args = code.args.map((arg) => this.flat(arg))
        return args.some((arg) => arg === undefined) ? undefined : `${code.callee}(${args.join(', ')})`
      }
    }
  }

  /** A property's name, quoted where it must be, computed where a variable decides it. */
  private propertyName(key: string): string {
    if (/^[A-Za-z_$][A-Za-z0-9_$]*$/.test(key)) return key
    const own = new Set(this.standIns.map((s) => s.name))
    const parts = partsOf(key, this.standIns)
    if (!parts.some((p) => 'source' in p && own.has(p.source))) return quote(key)
    const [only] = parts
    return `[${parts.length === 1 && only && 'source' in only ? only.source : template(this.parts(key), false)}]`
  }

  private readonly texts = new Map<string, string>()

  private scalar(code: Code & { kind: 'value' }): string {
    const { value } = code
    if (typeof value === 'number') return this.standIns.find((s) => s.stands === value)?.name ?? numberText(value)
    if (typeof value !== 'string') return String(value)
    if (value.split('\n').length > 2) return this.constant(value, code.hint ?? 'text')
    const parts = this.parts(value)
    const [only] = parts
    if (parts.length === 1 && only) return 'source' in only ? only.source : quote(only.text)
    return template(parts, false)
  }

  private constant(text: string, hint: string): string {
    const known = this.texts.get(text)
    if (known !== undefined) return known
    const name = this.freeName(hint)
    this.texts.set(text, name)
    // what Nomad fills in is left as it is inside a long text: there it reads better
    const own = new Set(this.standIns.map((s) => s.name))
    const merged = partsOf(text, this.standIns).some((p) => 'source' in p && own.has(p.source))
    const source = template(merged ? this.parts(text) : [{ text }], true)
    this.constants.push({ name, source, local: merged })
    return name
  }
}

/** Comment lines at an indentation. */
export function commentLines(lines: readonly string[], indent: number): string {
  const end = lines.findLastIndex((line) => line !== '') + 1
  return lines
    .slice(0, end)
    .map((line) => `${' '.repeat(indent)}//${line === '' ? '' : ` ${line}`}\n`)
    .join('')
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}
