import { join } from 'node:path'
import type { Fleet } from '../options.js'
import { cacheRoot } from '../paths.js'

/** The configuration of the image registry; JSON is YAML. Fleets share the storage, which is addressed by content. */
export function registryConfig({ addresses }: Fleet): Record<string, unknown> {
  return {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: join(cacheRoot(), 'registry') },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: true, age: '24h', interval: '24h', dryrun: false } },
    },
    http: { addr: addresses.registry },
  }
}
