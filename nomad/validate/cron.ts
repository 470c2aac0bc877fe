const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const days = 'sun mon tue wed thu fri sat'.split(' ')

interface Field {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly names?: readonly string[]
  /** Which letters may stand in it besides numbers: `L`, `W`, `#`. */
  readonly more?: RegExp
}

const second: Field = { name: 'second', from: 0, to: 59 }
const fields: readonly Field[] = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31, more: /^(?:L|LW|\d+W)$/i },
  { name: 'month', from: 1, to: 12, names: months },
  { name: 'day of week', from: 0, to: 7, names: days, more: /^(?:L|[0-7a-z]+L|[0-7a-z]+#[1-5])$/i },
]
const year: Field = { name: 'year', from: 1970, to: 2099 }
const shorthand = /^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)$/

/** What is wrong with a cron expression, by the rules of Nomad's parser (cronexpr: 5 fields, a year, seconds). */
export function cronProblem(expression: string): string | undefined {
  const text = expression.trim()
  if (shorthand.test(text)) return undefined
  const parts = text.split(/\s+/)
  if (parts.length < 5 || parts.length > 7) return `it has ${text === '' ? 0 : parts.length} fields`
  const layout = [...(parts.length === 7 ? [second] : []), ...fields, ...(parts.length > 5 ? [year] : [])]
  for (const [i, part] of parts.entries()) {
    const field = layout[i]
    if (field && !part.split(',').every((item) => item === '' || isItem(item, field))) {
      return `'${part}' is no ${field.name}${field.names ? '' : ` (${field.from} to ${field.to})`}`
    }
  }
  return undefined
}

/** A step (`0/5`, `1-30/2`), a range, a value, `*`. */
const item = /^(\*|\?|[0-9a-z]+)(?:-([0-9a-z]+))?(?:\/(\d+))?$/i

function isItem(text: string, field: Field): boolean {
  if (field.more?.test(text)) return true
  const match = item.exec(text)
  if (!match) return false
  const [, from = '', to, step] = match
  if (step !== undefined && (Number(step) < 1 || Number(step) > field.to)) return false
  if (from === '*' || from === '?') return to === undefined
  return valueOf(from, field) !== undefined && (to === undefined || valueOf(to, field) !== undefined)
}

function valueOf(text: string, field: Field): number | undefined {
  const named = field.names?.indexOf(text.toLowerCase().slice(0, 3)) ?? -1
  if (named >= 0 && text.length >= 3) return named + (field.names === months ? 1 : 0)
  const value = /^\d+$/.test(text) ? Number(text) : NaN
  return value >= field.from && value <= field.to ? value : undefined
}

const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether the day and the months never meet: `0 0 31 2 *`. Only for plain numbers. */
export function neverFires(expression: string): boolean {
  const parts = expression.trim().split(/\s+/)
  const [day, month] = parts.length === 7 ? [parts[3], parts[4]] : [parts[2], parts[3]]
  if (parts.length < 5 || !/^\d+(?:,\d+)*$/.test(day ?? '') || !/^\d+(?:,\d+)*$/.test(month ?? '')) return false
  if (!/^[*?]$/.test(parts[parts.length === 7 ? 5 : 4] ?? '')) return false
  const first = Math.min(...(day ?? '').split(',').map(Number))
  return (month ?? '').split(',').every((m) => first > (longest[Number(m) - 1] ?? 0))
}
