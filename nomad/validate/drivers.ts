import type { DriverField, DriverSchema } from '../driver-schema'
import { Expression, Text } from '../hcl/expression'
import { isUnresolved } from '../host'
import type { FreeValue } from '../spec'
import { drivers } from '../spec/generated/drivers'
import { error, known, type Report, type Rule, warning } from './rule'
import { eachTask } from './visit'

type Free = { readonly [key: string]: FreeValue | undefined }

/** What Nomad's servers leave to the driver, which says so when the task starts: after the deploy. */
export const driverRules: readonly Rule[] = [
  error(
    'driver-config-key',
    eachTask(({ task, path }, report) => {
      const schema = drivers[task.driver ?? '']
      if (schema && task.config)
        eachKey(task.config, schema, '', (name, key, known) => {
          report({
            path,
            problem: `the ${task.driver ?? ''} driver has nothing called '${name}'`,
            given: `'${name}'`,
            allowed: similar(key, known),
            do: 'correct the name',
          })
        })
    }),
  ),
  error(
    'driver-config-type',
    eachTask(({ task, path }, report) => {
      const schema = drivers[task.driver ?? '']
      if (schema && task.config) checkTypes(task.config, schema, path, task.driver ?? '', report)
    }),
  ),
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

function eachKey(
  config: Free,
  schema: DriverSchema,
  prefix: string,
  unknown: (name: string, key: string, schema: DriverSchema) => void,
): void {
  for (const key in config) {
    const field = schema[key]
    if (!field) unknown(`${prefix}${key}`, key, schema)
    else if (field.fields) {
      for (const item of items(config[key])) if (isMap(item)) eachKey(item, field.fields, `${prefix}${key}.`, unknown)
    }
  }
}

function checkTypes(config: Free, schema: DriverSchema, path: string, driver: string, report: Report): void {
  for (const key in config) {
    const field = schema[key]
    const value = config[key]
    if (!field || value === undefined || value === null || isOpaque(value)) continue
    const wanted = wantedType(field, value)
    if (wanted !== undefined) {
      report({
        path,
        problem: `'${key}' of the ${driver} driver has a value of another type`,
        given: JSON.stringify(value),
        allowed: wanted,
        do: 'correct it',
      })
    } else if (field.fields) {
      for (const item of items(value)) if (isMap(item)) checkTypes(item, field.fields, path, driver, report)
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
  return value instanceof Expression || value instanceof Text || isUnresolved(value)
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
