import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Whether any of the folders has a file with this ending, at any depth, packages and build output aside. */
export function hasFiles(root: string, folders: readonly string[], ending: string): boolean {
  return folders.some((folder) => {
    const path = join(root, folder)
    return existsSync(path) && findFile(path, ending)
  })
}

function findFile(folder: string, ending: string): boolean {
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist') return false
    if (entry.isDirectory()) return findFile(join(folder, entry.name), ending)
    return entry.name.endsWith(ending)
  })
}
