/** Whether a path leaves a directory that lies `below` levels deep in the allocation's own. */
export function escapes(file: string, below = 0): boolean {
  let depth = 0
  for (const part of file.split('/')) {
    if (part === '..') depth--
    else if (part !== '' && part !== '.') depth++
    if (depth + below < 0) return true
  }
  return false
}

/** A path as Nomad compares it: without `./` and double slashes. */
export function normal(path: string | undefined): string | undefined {
  return path?.replace(/^\.\//, '').replace(/\/+/g, '/')
}
