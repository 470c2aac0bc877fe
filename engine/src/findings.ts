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
    const { path: here, rest } = locate(heading ? entry.slice(0, heading.index) : entry, above)
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

/**
 * How Nomad's texts name a part of a job, at the beginning of a line. Inside a group, `Task group network validation
 * failed` is about the group's network; outside, about a group of that name.
 */
const IN_JOB: readonly (readonly [RegExp, string])[] = [
  [/^Task group (\S+) validation failed(?:: |:?$)/u, 'TaskGroups'],
  [/^Group "([^"]+)" has warnings(?:: |:?$)/u, 'TaskGroups'],
]
const IN_GROUP: readonly (readonly [RegExp, string])[] = [
  [/^Task group volume validation for (\S+) failed(?:: |:?$)/u, 'Volumes'],
  [/^Task (?!group )(\S+) validation failed(?:: |:?$)/u, 'Tasks'],
  [/^Task "([^"]+)" has warnings(?:: |:?$)/u, 'Tasks'],
  [/^[Ss]ervice\[\d+\] "?([^"\s]+)"? validation failed(?:: |:?$)/u, 'Services'],
]

function locate(text: string, above: string): { path: string; rest: string } {
  for (const [pattern, kind] of above === '' ? IN_JOB : IN_GROUP) {
    const match = pattern.exec(text)
    if (!match) continue
    const path = join(above, `${kind}[${match[1]}]`)
    return locate(text.slice(match[0].length), path)
  }
  return { path: above, rest: text.trim() }
}

function join(parent: string, child: string): string {
  return parent && child ? `${parent}.${child}` : parent + child
}
