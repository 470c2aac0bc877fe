import { NomadConstructsError } from './errors'
import type { FreeValue, JobSpec } from './spec'

/** One operation of JSON Patch. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: FreeValue }
  | { readonly op: 'remove'; readonly path: string }

type Container = Record<string, unknown> | unknown[]

/** @throws NomadConstructsError when a path leads nowhere */
export function applyPatch(spec: JobSpec, operations: readonly PatchOperation[], where: string): JobSpec {
  if (operations.length === 0) return spec
  const root: { job: unknown } = { job: clone(spec) }
  for (const operation of operations) {
    const steps = [
      'job',
      ...operation.path
        .split('/')
        .slice(1)
        .map((s) => s.replace(/~1/g, '/').replace(/~0/g, '~')),
    ]
    const last = steps.pop() ?? ''
    let at: unknown = root
    for (const step of steps) {
      at = isContainer(at) ? child(at, step) : undefined
      if (!isContainer(at)) throw nowhere(operation, step, where)
    }
    if (!isContainer(at)) throw nowhere(operation, last, where)
    change(at, last, operation, where)
  }
  return root.job as JobSpec
}

function change(at: Container, last: string, operation: PatchOperation, where: string): void {
  const exists = child(at, last) !== undefined
  if (operation.op !== 'add' && !exists) throw nowhere(operation, last, where)
  if (!Array.isArray(at)) {
    if (operation.op === 'remove') delete at[last]
    else at[last] = operation.value
    return
  }
  const index = last === '-' ? at.length : indexOf(at, last)
  if (index < 0) throw nowhere(operation, last, where)
  if (operation.op === 'remove') at.splice(index, 1)
  else at.splice(index, operation.op === 'replace' ? 1 : 0, operation.value)
}

function child(at: Container, step: string): unknown {
  return Array.isArray(at) ? at[indexOf(at, step)] : at[step]
}

/** An element by its index, or a labelled block by its label. */
function indexOf(list: readonly unknown[], step: string): number {
  if (/^\d+$/.test(step)) return Number(step)
  return list.findIndex(
    (item) => isContainer(item) && !Array.isArray(item) && (item.name === step || item.label === step),
  )
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null
}

/** Copies plain data and keeps anything else (tokens) as it is. */
function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clone)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, clone(v)]))
}

function nowhere(operation: PatchOperation, step: string, where: string): NomadConstructsError {
  return new NomadConstructsError({
    rule: 'patch-path',
    level: 'error',
    path: where,
    problem: `a patch leads nowhere at '${step}'`,
    given: `${operation.op} ${operation.path}`,
    do: "take a path of the rendered spec, by Nomad's names: /group/web/task/server/...",
  })
}
