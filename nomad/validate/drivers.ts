import type { DriverField, DriverSchema } from '../driver-schema'
import { Expression, Text } from '../hcl/expression'
import { isUnresolved } from '../host'
import type { FreeValue } from '../spec'
import { drivers } from '../spec/generated/drivers'
import { error, known, oncePerJob, type Rule, tasksOf, warning } from './rule'
import { eachTask } from './visit'

type Free = { readonly [key: string]: FreeValue | undefined }

/** What Nomad's servers leave to the driver, which says so when the task starts: after the deploy. */
export const driverRules: readonly Rule[] = [
  error('driver-config-key', ['config'], (job, report) => {
    for (const { path, driver, name, key, schema } of configsOf(job).unknown) {
      report({
        path,
        problem: `the ${driver} driver has nothing called '${name}'`,
        given: `'${name}'`,
        allowed: similar(key, schema),
        do: 'correct the name',
      })
    }
  }),
  error('driver-config-type', ['config'], (job, report) => {
    for (const { path, driver, key, value, wanted } of configsOf(job).wrong) {
      report({
        path,
        problem: `'${key}' of the ${driver} driver has a value of another type`,
        given: JSON.stringify(value),
        allowed: wanted,
        do: 'correct it',
      })
    }
  }),
  error(
    'driver-config-missing',
    eachTask(({ task, path }, report) => {
      const schema = drivers[task.driver ?? '']
      if (!schema || task.driver === 'docker') return
      for (const key in schema) {
        const value = task.config?.[key]
        if (schema[key]?.required !== true || (value !== undefined && value !== '' && value !== null)) continue
        report({
          path,
          problem: `the ${task.driver ?? ''} driver has nothing to run`,
          given: `no ${key}`,
          do: `set ${key}`,
        })
      }
      if (task.driver !== 'java' || task.config?.jar_path || task.config?.class) return
      report({
        path,
        problem: 'the java driver has nothing to run',
        given: 'neither jar_path nor class',
        do: 'set one of them',
      })
    }),
  ),
  warning(
    'command-with-spaces',
    ['command'],
    eachTask(({ task, path }, report) => {
      const command = task.config?.command
      if (typeof command !== 'string' || !known(command) || !/^[\w./-]+\s+[\w./-]/.test(command)) return
      if (!/^(?:docker|podman|exec|raw_exec)$/.test(task.driver ?? '')) return
      const [program, ...args] = command.trim().split(/\s+/)
      report({
        path,
        problem: 'no shell splits a command: a program of this whole name is looked for',
        given: `command '${command}'`,
        allowed: 'the program alone; the rest goes to args',
        do: `set command: '${program ?? ''}', args: [${args.map((a) => `'${a}'`).join(', ')}]`,
      })
    }),
  ),
  error(
    'command-white-space',
    ['command'],
    eachTask(({ task, path }, report) => {
      const command = task.config?.command
      if (typeof command !== 'string' || !known(command) || command === command.trim()) return
      if (!/^(?:docker|exec|raw_exec)$/.test(task.driver ?? '')) return
      report({
        path,
        problem: 'the driver refuses a command with white space around it',
        given: `'${command}'`,
        do: `write '${command.trim()}'`,
      })
    }),
  ),
]

interface Place {
  readonly path: string
  readonly driver: string
}

/** What the drivers' schemas say of the configs of all tasks. */
interface Configs {
  readonly unknown: (Place & { readonly name: string; readonly key: string; readonly schema: DriverSchema })[]
  readonly wrong: (Place & { readonly key: string; readonly value: FreeValue; readonly wanted: string })[]
}

const configsOf = oncePerJob((job): Configs => {
  const found: Configs = { unknown: [], wrong: [] }
  for (const { task, path } of tasksOf(job)) {
    const driver = task.driver ?? ''
    const schema = drivers[driver]
    if (schema && task.config) readConfig(found, task.config, schema, { path, driver }, '', true)
  }
  return found
})

/** @param trusted whether the block is one: what lies in a value of another type has names, and no types */
function readConfig(
  found: Configs,
  config: Free,
  schema: DriverSchema,
  place: Place,
  prefix: string,
  trusted: boolean,
): void {
  for (const key in config) {
    const field = schema[key]
    const value = config[key]
    if (!field) found.unknown.push({ ...place, name: `${prefix}${key}`, key, schema })
    if (!field || value === undefined || value === null) continue
    const typed = trusted && !isOpaque(value)
    const wanted = typed ? wantedType(field, value) : undefined
    if (wanted !== undefined) found.wrong.push({ ...place, key, value, wanted })
    if (!field.fields) continue
    for (const item of items(value)) {
      if (isMap(item)) readConfig(found, item, field.fields, place, `${prefix}${key}.`, typed && wanted === undefined)
    }
  }
}

/** What should be there instead, where the value is of another type. HCL turns numbers and booleans into text and back. */
function wantedType(field: DriverField, value: FreeValue): string | undefined {
  if (field.form === 'block' || field.form === 'blocks') {
    if (!items(value).every((item) => isMap(item) || isOpaque(item))) return 'a block'
    return field.form === 'block' && items(value).length > 1 ? 'one block' : undefined
  }
  if (field.form === 'attributes' || field.type === undefined) return undefined
  if (field.type.startsWith('list(map('))
    return items(value).every((v) => isMap(v) || isOpaque(v)) ? undefined : 'a map'
  if (field.type.startsWith('list(')) {
    return Array.isArray(value) && value.every((v) => typeof v !== 'object' || isOpaque(v))
      ? undefined
      : 'a list of texts'
  }
  if (typeof value === 'object') return `a ${field.type}`
  if (field.type === 'number') return isNumber(value) ? undefined : 'a number'
  if (field.type === 'bool')
    return typeof value === 'boolean' || /^(?:true|false|\$\{.*)$/.test(String(value)) ? undefined : 'true or false'
  return undefined
}

function isNumber(value: FreeValue): boolean {
  if (typeof value === 'number') return true
  return typeof value === 'string' && (value.includes('${') || (value !== '' && Number.isFinite(Number(value))))
}

function isOpaque(value: unknown): boolean {
  if (typeof value === 'object' && (value instanceof Expression || value instanceof Text)) return true
  return isUnresolved(value)
}

function items(value: FreeValue | undefined): readonly FreeValue[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value]
}

function isMap(value: FreeValue): value is { [key: string]: FreeValue | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isOpaque(value)
}

function similar(key: string, schema: DriverSchema): string {
  const names = Object.keys(schema)
  const near = names.filter((name) => name.startsWith(key.slice(0, 3)) || name.includes(key) || key.includes(name))
  return (near.length > 0 ? near : names).join(', ')
}
