import type { FreeValue, TaskSpec } from '../spec'
import { error, known, oncePerJob, quotedList, type Rule, type TaskPlace, tasksOf } from './rule'

/**
 * The texts of a driver's config: Nomad's client reads each as a template of HCL when the task starts. What it can't read
 * is accepted by servers, and fails then. https://developer.hashicorp.com/nomad/docs/reference/runtime-variable-interpolation
 */
export const configTextRules: readonly Rule[] = [
  error('config-template', ['config'], (job, report) => {
    for (const { text, problem, path } of piecesOf(job)) {
      if (problem === undefined) continue
      report({
        path,
        problem: `the driver's config is read as a template of HCL when the task starts, which then fails: ${problem}`,
        given: `'${text}'`,
        allowed: "Nomad's own references, e.g. ${NOMAD_PORT_http}, and HCL's expressions and directives",
        do: 'pass the text through literal(), which brings it to the task as it is',
      })
    }
  }),
  error('config-variable', ['config'], (job, report) => {
    for (const { text, name, task, path } of piecesOf(job)) {
      if (name === undefined || mayBeThere(name, task)) continue
      report({
        path,
        problem: `nothing is called '${name}' where the driver's config is read: the task fails when it starts`,
        given: `'${text}'`,
        allowed: allowedNames(task),
        do: `set it in the task's env, or leave it to the shell in the task: literal('\${${name}}')`,
      })
    }
  }),
]

/** A `${...}` or `%{...}` of a text. */
interface Piece {
  readonly text: string
  /** Why HCL can't read it. @default - it can, or only the client knows */
  readonly problem?: string
  /** What it refers to, where it is nothing but a reference. */
  readonly name?: string
}

/** With the task that it is found in. */
type Found = Piece & Pick<TaskPlace, 'task' | 'path'>

/** Of all tasks; of the usual job nothing. */
const piecesOf = oncePerJob((job): readonly Found[] => {
  const found: Found[] = []
  for (const { task, path } of tasksOf(job)) {
    const texts: string[] = []
    for (const key in task.config) collect(task.config[key], texts)
    for (const text of texts) for (const piece of read(text)) found.push({ ...piece, task, path })
  }
  return found
})

/** Nothing to fill in, or nothing but what Nomad and other rules know: nearly every text, and soon told. */
const usual = /^[^$%]*(?:\$\{(?:NOMAD_|node\.|attr\.|meta\.)[\w.-]+\}[^$%]*)*$/

function collect(value: FreeValue | undefined, into: string[]): void {
  if (typeof value === 'string') {
    if (value.includes('{') && !usual.test(value) && known(value)) into.push(value)
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, into)
  } else if (typeof value === 'object' && value !== null) {
    for (const key in value) collect(value[key], into)
  }
}

const opening = /(\$+|%+)\{/g
const directive = /^(?:if|else|endif|for|endfor)\b/
const reference = /^[A-Za-z_][\w-]*(?:\.[\w-]+|\["[^"]*"\])*$/

/** What no expression of HCL looks like, and the expansions of shells do: `${#a}`, `${a:-b}`, `${a%.*}`, `${a//b/c}`. */
const ofShells = /^(?:[#@*?&|^%/,;:=<>)\]]|[A-Za-z_]\w*(?:\[@\]|[#,@^]|:(?!:)|\/\/|%[%.*/?@]))/

function read(whole: string): Piece[] {
  const pieces: Piece[] = []
  // after a lone carriage return HCL takes all that follows for text
  const text = whole.replace(/\r(?!\n)[^]*$/, '')
  // a loop has names of its own
  const loops = /%\{~?\s*for\b/.test(text)
  let end = 0
  for (const { 0: mark, index } of text.matchAll(opening)) {
    // two or more of a mark are its escape
    if (index < end || mark.length > 2) continue
    const start = index + mark.length
    end = endOf(text, start)
    if (end < 0) {
      pieces.push({ text: text.slice(index), problem: `no } closes the ${mark}` })
      break
    }
    const body = text.slice(start, end).replace(/^~|~$/g, '').trim()
    const piece = pieceOf(mark, body, text.slice(index, end + 1))
    pieces.push(loops ? { ...piece, name: undefined } : piece)
  }
  return pieces
}

function pieceOf(mark: string, body: string, text: string): Piece {
  if (mark === '%{') {
    return directive.test(body) ? { text } : { text, problem: 'no directive begins so' }
  }
  if (body === '' || ofShells.test(body)) return { text, problem: 'this is no expression of HCL' }
  return reference.test(body) ? { text, name: body } : { text }
}

/** Where the `}` is that closes what was opened before `at`. @returns -1 where there is none */
function endOf(text: string, at: number): number {
  let depth = 0
  for (let i = at; i < text.length; i++) {
    const c = text[i]
    if (c === '"') {
      i = endOfQuoted(text, i + 1)
      if (i < 0) return -1
    } else if (c === '{') depth++
    else if (c === '}' && depth-- === 0) return i
  }
  return -1
}

function endOfQuoted(text: string, at: number): number {
  for (let i = at; i < text.length; i++) {
    const c = text[i]
    if (c === '\\') i++
    else if (c === '"') return i
    else if ((c === '$' || c === '%') && text[i + 1] === '{' && text[i - 1] !== c) {
      i = endOf(text, i + 2)
      if (i < 0) return -1
    }
  }
  return -1
}

function allowedNames({ env }: TaskSpec): string {
  const names = Object.keys(env ?? {})
  return `Nomad's own references, and the task's env, ${names.length > 0 ? quotedList(names) : 'which is empty'}`
}

/** What the language itself, and other rules, know. */
const knownRoots = new Set(['node', 'attr', 'meta', 'true', 'false', 'null'])

/** Never names of an environment: of a jobspec's parser, of Terraform, of a constraint. */
const foreignRoots = new Set(['var', 'local', 'data', 'each', 'module', 'path', 'device'])

function mayBeThere(name: string, task: TaskSpec): boolean {
  const root = /^[\w-]+/.exec(name)?.[0] ?? ''
  if (root.startsWith('NOMAD_') || knownRoots.has(root)) return true
  const variable = root === 'env' ? name.replace(/^env(?:\.|\["(.*)"\]$)/, '$1') : name
  const names = Object.keys(task.env ?? {})
  if (names.some((key) => key === variable || key.includes('${'))) return true
  if (root !== 'env' && foreignRoots.has(root)) return false
  // the other drivers' tasks have what the client has in its own environment
  return !/^(?:docker|podman)$/.test(task.driver ?? '') || hasMoreVariables(task)
}

/** Whether more than `env` brings variables, whose names are known only when the task runs. */
function hasMoreVariables(task: TaskSpec): boolean {
  const { template, identity, secret, resources } = task
  const blocks = [...(identity ?? []), ...(secret ?? []), ...(resources?.device ?? [])]
  if (blocks.length > 0 || (task.vault ?? task.consul ?? task.csi_plugin) !== undefined) return true
  return (template ?? []).some((t) => t.env === true)
}
