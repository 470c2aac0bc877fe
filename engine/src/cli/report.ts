import type { Diagnostic, Finding } from '../types.js'

/** A diagnostic as people read it: where, the line with its number, what is wrong. */
export function diagnosticText(d: Diagnostic, file: string): string {
  const at = d.start ? `:${d.start.line}:${d.start.column}` : ''
  const lines = [`${d.file ?? file}${at}: ${d.severity}: ${d.summary}`]
  if (d.source !== undefined && d.start) {
    const number = String(d.start.line)
    const { column } = d.start
    const sameLine = d.end && d.end.line === d.start.line
    const width = sameLine ? Math.max(1, (d.end?.column ?? 0) - column) : 1
    const indent = d.source.slice(0, column - 1).replace(/[^\t]/gu, ' ')
    lines.push(`  ${number} | ${d.source}`, `  ${' '.repeat(number.length)} | ${indent}${'^'.repeat(width)}`)
  }
  if (d.detail) lines.push(`  ${d.detail}`)
  return lines.join('\n')
}

export function findingText(f: Finding, file: string, severity: 'error' | 'warning'): string {
  return `${file}: ${severity}: ${f.path ? `${f.path}: ` : ''}${f.message.replaceAll('\n', '\n  ')}`
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2))
}
