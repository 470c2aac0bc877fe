import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(__dirname, '..', '..')

/** Loads a file of an example, in this process. */
export const load = createRequire(__filename)

/** The folders of examples. */
export const examples = readdirSync(join(root, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
  .map((entry) => entry.name)

/** A file of an example, or of the repository. */
export function inExample(...path: string[]): string {
  return join(root, 'examples', ...path)
}

export function inRoot(...path: string[]): string {
  return join(root, ...path)
}

type Resolve = (request: string, ...rest: unknown[]) => string

/** Within the repository `nomad-constructs` is its source, which needs no build. For as long as this process lives. */
export function resolveToSource(): void {
  const loader = Module as unknown as { _resolveFilename: Resolve }
  const original = loader._resolveFilename
  loader._resolveFilename = function (this: unknown, request, ...rest) {
    const [, entry] = /^nomad-constructs(?:\/(\w+))?$/.exec(request) ?? []
    const isOurs = request === 'nomad-constructs' || entry !== undefined
    return original.call(this, isOurs ? join(root, 'nomad', entry ?? '', 'index.ts') : request, ...rest)
  }
}

/** Runs an example's main file as `npx tsx main.ts` does, in this process, with its output in a folder of its own. */
export function runMain<T>(example: string, look: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), `example-${example}-`))
  const before = process.env['CDKTF_OUTDIR']
  process.env['CDKTF_OUTDIR'] = folder
  try {
    const main = inExample(example, 'main.ts')
    delete load.cache[main]
    load(main)
    return look(folder)
  } finally {
    if (before === undefined) delete process.env['CDKTF_OUTDIR']
    else process.env['CDKTF_OUTDIR'] = before
    rmSync(folder, { recursive: true })
  }
}

/** The HCL files below an output folder, by their names. */
export function hclFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.nomad.hcl'))
}
