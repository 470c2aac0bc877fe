import { execa } from 'execa'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import semver from 'semver'
import { withNewFolder } from '../cache/folder.js'
import { Problem } from '../problem.js'
import { findProgram } from './apt.js'
import { type Patience, Unreachable } from './download.js'
import { buildGoTool } from './go.js'
import { fetchRelease } from './release.js'

/** A program that is taken from PATH, from an official release, or built from its Go module. */
export interface ProgramRecipe {
  readonly name: string
  /** The version that is fetched or built. */
  readonly version: string
  /** Versions that are taken from PATH. */
  readonly accepts: string
  /** Other names on PATH that do as well, with the versions that are taken. */
  readonly alternatives?: Readonly<Record<string, string>>
  /** The pinned module in bootstrap/toolchain/go. Its program may be another one that does the same. */
  readonly source: {
    readonly folder: string
    readonly program: string
    readonly name: string
    readonly version: string
  }
}

/** Where a program came from. */
export type Origin = 'PATH' | 'release' | 'source'

/** A program that is there. */
export interface Program {
  readonly name: string
  readonly path: string
  readonly version: string
  readonly origin: Origin
  /** Whether it was there before this run. */
  readonly cached: boolean
}

/** How programs are found. */
export interface ProgramOptions {
  readonly cache: string
  readonly releasesUrl: string
  readonly fromSource: boolean
  readonly env?: NodeJS.ProcessEnv
  readonly patience?: Patience
  readonly onProgress: (note: string) => void
  /** Builds from source; tests put their own here. */
  readonly build?: typeof buildGoTool
}

/**
 * Finds, fetches or builds a program.
 * @throws Problem when none of the ways works
 */
export async function ensureProgram(recipe: ProgramRecipe, options: ProgramOptions): Promise<Program> {
  const own = options.fromSource ? undefined : await onPath(recipe, options.env ?? process.env)
  return own ?? (options.fromSource ? undefined : cachedRelease(recipe, options)) ?? fromElsewhere(recipe, options)
}

async function onPath(recipe: ProgramRecipe, env: NodeJS.ProcessEnv): Promise<Program | undefined> {
  for (const [name, accepts] of Object.entries({ [recipe.name]: recipe.accepts, ...recipe.alternatives })) {
    const path = findProgram(name, env)
    if (path === undefined) continue
    const { stdout } = await execa(path, ['version'], {
      reject: false,
      timeout: 10_000,
      env: { CHECKPOINT_DISABLE: '1' },
    })
    const version = /v(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1]
    if (version !== undefined && semver.satisfies(version, accepts)) {
      return { name, path, version, origin: 'PATH', cached: true }
    }
  }
  return undefined
}

const releasePath = (recipe: ProgramRecipe, cache: string): string => join(cache, 'bin', recipe.name, recipe.version)

function cachedRelease(recipe: ProgramRecipe, { cache }: ProgramOptions): Program | undefined {
  const path = join(releasePath(recipe, cache), recipe.name)
  if (!existsSync(path)) return undefined
  return { name: recipe.name, path, version: recipe.version, origin: originOf(path), cached: true }
}

/** The file `origin` beside a cached program says how it was had. */
function originOf(path: string): Origin {
  const file = join(path, '..', 'origin')
  return existsSync(file) && readFileSync(file, 'utf8').trim() === 'source' ? 'source' : 'release'
}

async function fromElsewhere(recipe: ProgramRecipe, options: ProgramOptions): Promise<Program> {
  const { cache, onProgress } = options
  if (options.fromSource) return fromSource(recipe, options)
  try {
    const folder = await withNewFolder(releasePath(recipe, cache), async (folder) => {
      const release = { url: options.releasesUrl, product: recipe.name, version: recipe.version }
      const bytes = await fetchRelease(release, join(cache, 'downloads'), onProgress, options.patience)
      await writeFile(join(folder, recipe.name), bytes, { mode: 0o755 })
      await writeFile(join(folder, 'origin'), 'release\n')
    })
    const path = join(folder, recipe.name)
    return { name: recipe.name, path, version: recipe.version, origin: originOf(path), cached: false }
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    onProgress(`${recipe.name}: ${error.message}; it is built from source`)
    return fromSource(recipe, options, error)
  }
}

async function fromSource(recipe: ProgramRecipe, options: ProgramOptions, tried?: Unreachable): Promise<Program> {
  const { name, version, folder: module, program } = recipe.source
  const final = join(options.cache, 'bin', name, version)
  const made = { name, path: join(final, name), version, origin: 'source' } as const
  if (existsSync(made.path) && originOf(made.path) === 'source') return { ...made, cached: true }
  const target = existsSync(made.path) ? `${final}-source` : final
  const path = join(target, name)
  if (existsSync(path)) return { ...made, path, cached: true }
  try {
    await withNewFolder(target, async (folder) => {
      await (options.build ?? buildGoTool)(module, program, join(folder, name), options.onProgress)
      await writeFile(join(folder, 'origin'), 'source\n')
    })
  } catch (cause) {
    if (tried === undefined || !(cause instanceof Problem)) throw cause
    throw new Problem({
      ...cause.parts,
      what: `${cause.parts.what}; and its release could not be fetched: ${tried.message}`,
      cause,
    })
  }
  return { ...made, path, cached: false }
}
