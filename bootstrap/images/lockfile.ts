import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const packageEntry = z.looseObject({
  version: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  resolved: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
  peerDependencies: z.record(z.string(), z.string()).optional(),
})
const lockfile = z.looseObject({ packages: z.record(z.string(), packageEntry) })

/** What package-lock.json says about every package, by its path (`node_modules/x`). */
export type LockedPackages = z.infer<typeof lockfile>['packages']

/** Reads package-lock.json of a folder. */
export function readLock(root: string): LockedPackages {
  return lockfile.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))).packages
}

/**
 * The packages that a workspace needs in production, found as Node finds them: the nearest node_modules upwards.
 * @returns lines `path version integrity`, sorted
 */
export function productionPackages(packages: LockedPackages, workspace: string): string[] {
  const found = new Set<string>()
  const visit = (path: string) => {
    const entry = packages[path]
    if (entry === undefined) return
    const wanted = { ...entry.peerDependencies, ...entry.optionalDependencies, ...entry.dependencies }
    for (const name of Object.keys(wanted)) {
      const resolved = resolve(packages, path, name)
      if (resolved === undefined || found.has(resolved)) continue
      found.add(resolved)
      visit(resolved)
    }
  }
  visit(workspace)
  return [...found].sort().map((path) => {
    const entry = packages[path]
    return `${path} ${entry?.version ?? ''} ${entry?.integrity ?? ''}`
  })
}

function resolve(packages: LockedPackages, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = parent(folder)) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    const entry = packages[path]
    if (entry !== undefined) return entry.link ? entry.resolved : path
    if (folder === '') return undefined
  }
}

/** The folder that Node looks in next: `a/node_modules/b` -> `a`, `webapp` -> the root. */
function parent(folder: string): string {
  const at = folder.lastIndexOf('/node_modules/')
  return at === -1 ? '' : folder.slice(0, at)
}
