import { array, call, type Code, object, value } from './code'
import type { SpecObject } from './decode'
import { type Context, Fields, isSpecObject, specList } from './fields'
import { optional } from './drivers'

/** A task's `resources`; undefined where a part of it has no typed form. */
export function resourcesCode(context: Context, spec: SpecObject): Code | undefined {
  const f = new Fields(context, spec)
  const { cpu, cores, device, numa } = spec
  if (typeof cores === 'number' && cpu === undefined) f.put('cpu', call('Cpu.cores', value(cores)), 'cores')
  if (typeof cpu === 'number' && cores === undefined) f.put('cpu', call('Cpu.mhz', value(cpu)), 'cpu')
  memory(f, 'memory', 'memory')
  memory(f, 'memoryMax', 'memory_max')
  memory(f, 'secrets', 'secrets')
  const devices = specList(device)
  if (devices.length > 0 && devices.every((d) => Object.keys(d).every((key) => key === 'name' || key === 'count'))) {
    f.put('devices', array(devices.map((d) => object({ name: optional(d.name), count: optional(d.count) }))), 'device')
  }
  if (
    isSpecObject(numa) &&
    ['none', 'prefer', 'require'].includes(String(numa.affinity)) &&
    Object.keys(numa).length === 1
  ) {
    f.put('numaAffinity', optional(numa.affinity), 'numa')
  }
  return f.rest.length > 0 ? undefined : f.object()
}

function memory(f: Fields, property: string, key: string): void {
  const amount = f.spec[key]
  if (typeof amount === 'number' && amount > 0) f.put(property, call('Memory.mebibytes', value(amount)), key)
}
