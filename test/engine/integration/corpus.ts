import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

export interface JobFile {
  readonly name: string
  readonly hcl: string
}

const root = join(__dirname, '..', '..', '..')

/** The job files in Nomad's own Go module: its examples, end-to-end tests and parser fixtures. */
export function nomadJobFiles(): JobFile[] {
  const answer = execFileSync(process.env['GO'] ?? 'go', ['mod', 'download', '-json', 'github.com/hashicorp/nomad'], {
    cwd: join(root, 'engine/go'),
    encoding: 'utf8',
  })
  const { Dir: folder } = JSON.parse(answer) as { readonly Dir: string }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:hcl|nomad|tmpl|tpl)$/u.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ name: relative(folder, file), hcl: readFileSync(file, 'utf8') }))
    .filter(({ hcl }) => /^\s*job\b/mu.test(hcl))
}

/** Numbers that are the same at each run. */
export function random(seed: number): (below: number) => number {
  let state = seed | 0
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

const WORDS = [
  ...['0', '-1', '1', '65536', '1e99', '""', '"x"', 'true', 'null', '[]', '{}', '["a", 1]', '{ a = 1 }', '"${'],
  ...[
    '"${env["x"]}"',
    '"%{ if }"',
    'var.nope',
    '"30s"',
    '"-5m"',
    'count = 3',
    'task "t" {',
    '}',
    '{',
    '=',
    'port "p" {}',
  ],
  ...[
    'driver = "docker"',
    'type = "system"',
    'type = "batch"',
    'provider = "nomad"',
    'mode = "bridge"',
    '\u0000',
    '\ud83d\ude00',
  ],
  ...[
    'priority = 101',
    'canary = 1',
    'connect { native = true }',
    'vault {}',
    'consul {}',
    'constraint {}',
    'job "x" {}',
  ],
]

/** Changes a text in one or two places, as a person or a faulty program might. */
export function mutate(text: string, pick: (below: number) => number): string {
  let lines = text.split('\n')
  for (let left = 1 + pick(2); left > 0; left--) {
    const at = pick(lines.length)
    const line = lines[at] ?? ''
    const word = WORDS[pick(WORDS.length)] ?? ''
    const edits: (() => void)[] = [
      () => lines.splice(at, 1),
      () => lines.splice(at, 0, lines[pick(lines.length)] ?? ''),
      () => lines.splice(at, 0, word),
      () => (lines[at] = line.replace(/=.*$/u, `= ${word}`)),
      () => (lines[at] = line.replace(/\b\w+/u, (found) => found.slice(1) || 'x')),
      () => (lines[at] = line.replace(/"[^"]*"/u, word)),
      () => (lines[at] = line.replace(/\d+/u, word)),
      () => (lines[at] = line.slice(0, pick(line.length + 1))),
      () => (lines[at] = line.slice(0, pick(line.length + 1)) + word + line.slice(pick(line.length + 1))),
      () => (lines = lines.slice(0, Math.max(1, pick(lines.length)))),
    ]
    edits[pick(edits.length)]?.()
    if (lines.length === 0) lines = ['']
  }
  return lines.join('\n')
}
