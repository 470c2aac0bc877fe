import { Env, Node } from '../references'

/** A part of a text: as it is, or an expression. */
export type Part = { readonly text: string } | { readonly source: string }

/** Numbers and texts that stand for an HCL2 variable while a job is read. */
export interface StandIn {
  readonly name: string
  readonly stands: string | number
}

const fixed = new Map<string, string>([
  ...Object.entries(Env).flatMap(([key, v]) => (typeof v === 'string' ? [[v, `Env.${key}`] as const] : [])),
  ...Object.entries(Node).flatMap(([key, v]) => (typeof v === 'string' ? [[v, `Node.${key}`] as const] : [])),
])

/** The functions of Env by the prefixes of what they stand for, the longest first. */
const functions: readonly (readonly [prefix: string, callee: string])[] = [
  ['NOMAD_ALLOC_PORT_', 'Env.allocPort'],
  ['NOMAD_HOST_PORT_', 'Env.hostPort'],
  ['NOMAD_ADDR_', 'Env.addr'],
  ['NOMAD_META_', 'Env.meta'],
  ['NOMAD_PORT_', 'Env.port'],
  ['NOMAD_IP_', 'Env.ip'],
  ['attr.', 'Node.attr'],
  ['meta.', 'Node.meta'],
]

/** Cuts a text into what is to be written as it is, references that Nomad fills in, and variables of the job. */
export function partsOf(text: string, standIns: readonly StandIn[]): Part[] {
  const stands = standIns.map((s) => escapeRegExp(String(s.stands)))
  const pattern = new RegExp([...stands, '\\$\\{[A-Za-z_][A-Za-z0-9_.-]*\\}'].join('|'), 'gu')
  const parts: Part[] = []
  let end = 0
  for (const match of text.matchAll(pattern)) {
    const name = standIns.find((s) => String(s.stands) === match[0])?.name
    const source = name ?? reference(match[0])
    // `$${` is HCL's way to write `${` as text, and stays text
    if (source === undefined || (name === undefined && text[match.index - 1] === '$')) continue
    if (match.index > end) parts.push({ text: text.slice(end, match.index) })
    parts.push({ source })
    end = match.index + match[0].length
  }
  if (end < text.length || parts.length === 0) parts.push({ text: text.slice(end) })
  return parts
}

/** `${NOMAD_PORT_http}` as `Env.port('http')`. */
function reference(text: string): string | undefined {
  const known = fixed.get(text)
  if (known !== undefined) return known
  const inner = text.slice(2, -1)
  for (const [prefix, callee] of functions) {
    const label = inner.slice(prefix.length)
    if (inner.startsWith(prefix) && /^[A-Za-z0-9_.-]+$/.test(label)) return `${callee}('${label}')`
  }
  return undefined
}

/** A text as Prettier quotes it. */
export function quote(text: string): string {
  const mark = text.includes("'") && text.split("'").length > text.split('"').length ? '"' : "'"
  const body = text.replace(/[\\\p{Cc}\u2028\u2029\ufeff]|['"]/gu, (c) => {
    if (c === '"' || c === "'") return c === mark ? `\\${c}` : c
    return escapes[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
  return mark + body + mark
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Parts as a template literal; line breaks stay line breaks where `lines` is set. */
export function template(parts: readonly Part[], lines: boolean): string {
  const body = parts.map((part) => ('source' in part ? `\${${part.source}}` : templateText(part.text, lines))).join('')
  return `\`${body}\``
}

function templateText(text: string, lines: boolean): string {
  return text.replace(/[\\`\p{Cc}\u2028\u2029\ufeff]|\$(?=\{)/gu, (c) => {
    if (c === '\n' && lines) return c
    if (c === '\t' && lines) return c
    if (c === '$' || c === '`') return `\\${c}`
    return escapes[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
