import type { Finding } from './types.js'

/**
 * Takes the text of one error apart. Nomad nests lists as text (`Task group web validation failed: 2 errors occurred:`,
 * then lines that begin with `*`, all indented alike, so that only the counts tell what belongs to what); each
 * innermost line becomes a finding, with the groups, tasks and services named above it as its path.
 */
export function findings(text: string): Finding[] {
  const entries = split(text)
  const out: Finding[] = []
  let next = 0
  const take = (above: string): void => {
    const entry = entries[next++]
    if (entry === undefined) return
    const heading = /(?:^|[:\s])\s*(\d+) errors? occurred:\s*$/u.exec(entry)
    const { path, rest } = locate(heading ? entry.slice(0, heading.index) : entry)
    const here = join(above, path)
    if (!heading) {
      out.push({ path: here, message: rest })
      return
    }
    const from = out.length
    for (let left = Number(heading[1]); left > 0 && next < entries.length; left--) take(here)
    // A heading that says more than where: what is wrong reads on from it.
    const before = rest.replace(/:\s*$/u, '')
    if (before)
      out.splice(from, Infinity, ...out.slice(from).map((f) => ({ ...f, message: `${before}: ${f.message}` })))
  }
  while (next < entries.length) take('')
  return out
}

/** The text's items; lines without a star of their own belong to the item above. */
function split(text: string): string[] {
  const entries: string[][] = []
  for (const line of text.split('\n')) {
    const item = /^\s*\* (.*)$/u.exec(line)
    if (item || entries.length === 0) entries.push([item?.[1] ?? line])
    else if (line.trim() !== '') entries.at(-1)?.push(line)
  }
  return entries.map((lines) => lines.join('\n').trim()).filter((entry) => entry !== '')
}

/** How Nomad's texts name a part of a job, at the beginning of a line. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/^Task group service validation failed(?:: |:?$)/u, ''],
  [/^Task group volume validation for (\S+) failed(?:: |:?$)/u, 'Volumes'],
  [/^Task group (\S+) validation failed(?:: |:?$)/u, 'TaskGroups'],
  [/^Task (\S+) validation failed(?:: |:?$)/u, 'Tasks'],
  [/^Task group "?([^"\s]+)"? (?=has warnings)has warnings(?:: |:?$)/u, 'TaskGroups'],
  [/^Group "([^"]+)" has warnings(?:: |:?$)/u, 'TaskGroups'],
  [/^Task "([^"]+)" has warnings(?:: |:?$)/u, 'Tasks'],
  [/^Service\[\d+\] (\S+) validation failed(?:: |:?$)/u, 'Services'],
  [/^Task group (\S+) (?=in job)/u, 'TaskGroups'],
]

function locate(text: string): { path: string; rest: string } {
  for (const [pattern, kind] of PLACES) {
    const match = pattern.exec(text)
    if (!match) continue
    const inner = locate(text.slice(match[0].length))
    return { path: join(kind && `${kind}[${match[1]}]`, inner.path), rest: inner.rest }
  }
  return { path: '', rest: text.trim() }
}

function join(parent: string, child: string): string {
  return parent && child ? `${parent}.${child}` : parent + child
}
