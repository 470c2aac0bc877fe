import * as constructs from '../index'
import type { SpecObject } from './decode'
import { decodeJob } from './decode'
import { useScope } from './code'
import { writeFile } from './file'
import { Names, pascalCase } from './names'
import type { JobParser, ParserOptions } from './parser'
import { scan } from './scan'
import { Source } from './source'
import { type Property, readJob } from './variables'

/** How a job file becomes TypeScript. */
export interface ImportOptions extends Pick<ParserOptions, 'variables' | 'varArgs'> {
  /** Nomad's parser: an `Engine` of `nomad-engine`. */
  readonly parser: JobParser
  /** The file's name, for messages. @default 'job.nomad.hcl' */
  readonly path?: string
  /** The class's name. @default - the job's id, as `MyJob` */
  readonly className?: string
  /** Where the constructs come from. @default 'nomad-constructs' */
  readonly module?: string
  /**
   * Says nothing that the file doesn't say, not even Nomad's own defaults: the two parse to the same, not only to the same
   * once Nomad has filled its defaults in. It reads worse.
   * @default false
   */
  readonly exact?: boolean
}

/** What {@link importJob} made. */
export interface ImportedJob {
  /** The TypeScript. */
  readonly code: string
  /** The class's name. */
  readonly className: string
  /** The class's properties: what the job's variables were. */
  readonly properties: readonly Property[]
  /** Variables whose values are written out, because they decide more than a value in a place. */
  readonly writtenOut: readonly string[]
}

/**
 * Writes TypeScript that synthesizes to the job that a file in HCL describes. Variables become properties of the class,
 * functions and locals their values, comments stay above what they are about.
 * @throws JobFileError where Nomad's parser refuses the file
 */
export async function importJob(hcl: string, options: ImportOptions): Promise<ImportedJob> {
  useScope(constructs)
  const { path = 'job.nomad.hcl', exact = false } = options
  const source = new Source(scan(hcl))
  const names = new Names()
  const taken = new Map<string, string>()
  const nameOf = (variable: string) => {
    const name = taken.get(variable) ?? names.free(variable)
    taken.set(variable, name)
    return name
  }
  const read = await readJob(hcl, path, options, options.parser, source, nameOf)
  const spec = decodeJob(read.job, source) as unknown as SpecObject
  const jobName = String(spec.name ?? spec.id)
  const wish = options.className ?? pascalCase(String(spec.id))
  const className = wish in constructs || wish === 'Construct' ? `${wish}Job` : wish
  const context = { source, names, exact, jobType: String(spec.type ?? 'service'), jobName }
  const code = writeFile(context, spec, read, { className, module: options.module ?? 'nomad-constructs', path })
  return { code, className, properties: read.properties, writtenOut: read.writtenOut }
}
