import { Expression, type Text } from './expression'

/**
 * Nomad replaces these at run time. Its parser hands an undefined variable on as the text it was written as, so
 * `${node.region}` and the literal `$${node.region}` are the same job; the first is the one that people read.
 */
const runtimeReference = /^\$\{(?:NOMAD_[A-Za-z0-9_]+|(?:node|attr|meta|env|device)(?:\.[A-Za-z_][A-Za-z0-9_-]*)+)\}/

/** A string that no jobspec can carry. */
export class UnwritableText extends Error {}

/**
 * A string as HCL2: a heredoc where that is exactly reversible and easier to read, a quoted string otherwise.
 * @throws UnwritableText for NUL and for half surrogate pairs, which HCL has no way to write
 */
export function stringLiteral(text: string | Text, allowHeredoc = true): string {
  if (typeof text === 'string' && (isPlain(text) || isReference(text))) return `"${text}"`
  const parts = typeof text === 'string' ? [text] : text.parts
  for (const part of parts) if (typeof part === 'string') assertWritable(part)
  return allowHeredoc && canBeHeredoc(parts)
    ? heredoc(parts)
    : `"${parts.map((part, i) => quotePart(part, parts[i + 1])).join('')}"`
}

/** A quoted string on one line, e.g. for labels and keys. */
export function quoted(text: string): string {
  if (isPlain(text)) return `"${text}"`
  assertWritable(text)
  return `"${quotePart(text, undefined)}"`
}

/** Whether a text needs no escape at all, as most don't. */
function isPlain(text: string): boolean {
  return !/[^ !#&-[\]-~]/.test(text)
}

/** Whether a text is one reference of Nomad's and nothing else, as many arguments are. */
function isReference(text: string): boolean {
  return text.startsWith('${') && runtimeReference.exec(text)?.[0].length === text.length
}

function assertWritable(text: string): void {
  const nul = text.indexOf('\0')
  if (nul >= 0) throw new UnwritableText(`a NUL character at offset ${nul}, which neither HCL nor a process can take`)
  if (!isWellFormed(text)) {
    throw new UnwritableText('half a surrogate pair, which is not valid Unicode')
  }
}

/** Whether all surrogates of a text come in pairs. */
export function isWellFormed(text: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text)
}

const escapes: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function quotePart(part: string | Expression, next: string | Expression | undefined): string {
  if (part instanceof Expression) return `\${${part.source}}`
  const body = escapeTemplate(part).replace(
    /["\\\p{Cc}\u2028\u2029\ufeff]/gu,
    (c) => escapes[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return next instanceof Expression ? body.replace(/\$$/, '\\u0024') : body
}

/** `${` and `%{` as literals, but for Nomad's own references, where the parser hands them on unchanged. */
function escapeTemplate(text: string): string {
  return text.replace(/[$%]\{/g, (marker, offset: number) => {
    if (marker === '%{') return '%%{'
    const rest = text.slice(offset)
    const reference = runtimeReference.exec(rest)?.[0]
    // `$${` would be an escape, and Nomad's parser doubles a `}` that follows a reference
    const safe = reference !== undefined && text[offset - 1] !== '$' && !/^ *\}/.test(rest.slice(reference.length))
    return safe ? '${' : '$${'
  })
}

function canBeHeredoc(parts: readonly (string | Expression)[]): boolean {
  const last = parts[parts.length - 1]
  if (typeof last !== 'string' || !last.endsWith('\n')) return false
  let lines = 0
  for (const [i, part] of parts.entries()) {
    if (part instanceof Expression) continue
    if (/[^\P{Cc}\t\n]|[\u2028\u2029\ufeff]/u.test(part)) return false
    if (part.endsWith('$') && parts[i + 1] instanceof Expression) return false
    lines += part.split('\n').length - 1
  }
  return lines > 1
}

function heredoc(parts: readonly (string | Expression)[]): string {
  const body = parts.map((p) => (p instanceof Expression ? `\${${p.source}}` : escapeTemplate(p))).join('')
  const lines = new Set(body.split('\n').map((line) => line.trim()))
  let marker = 'EOT'
  for (let n = 2; lines.has(marker); n++) marker = `EOT${n}`
  return `<<${marker}\n${body}${marker}`
}

/**
 * A text as a template without quotes around it, which is how HCL reads each string of JSON: Terraform its
 * configuration's, and Nomad's client a driver's config. `${` and `%{` are doubled. Two characters that this reading
 * drops or stumbles over stand in an interpolation: a byte order mark at the beginning, and a carriage return without
 * a newline, after which it finds no interpolation and no `%%%{` anymore.
 */
export function bareTemplate(text: string): string {
  return keepMark(
    text.replace(/([$%])\{|([$%]*)\r(?!\n)/g, (all: string, marker?: string, run?: string) =>
      marker === undefined ? interpolated(`${run}\\r`) : `${marker}${all}`,
    ),
  )
}

/**
 * The same for a piece of a text that stands beside tokens of cdktf, which takes `$${` for the beginning of an
 * expression, and then gives the token that follows no braces: each `$` and `%` that matters is interpolated.
 */
export function bareTemplatePiece(text: string): string {
  return keepMark(
    text.replace(/([$%]+)(?=\{|$)|([$%]*)\r(?!\n)/g, (all, marker?: string, run?: string) =>
      interpolated(marker ?? `${run}\\r`),
    ),
  )
}

function interpolated(quoted: string): string {
  return `\${"${quoted}"}`
}

function keepMark(text: string): string {
  return text.startsWith('\uFEFF') ? interpolated('') + text : text
}
