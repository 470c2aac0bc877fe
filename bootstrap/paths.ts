import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

export { cacheRoot, stateRoot } from './fleet/paths.js'

/** Root of the repository. */
export const repositoryRoot = dirname(dirname(fileURLToPath(import.meta.url)))
