/** A place in a job file; lines and columns count from 1. */
export interface ParserPosition {
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
}

/** One thing that is wrong with a job file. */
export interface ParserDiagnostic {
  /** @default 'error' */
  readonly severity?: 'error' | 'warning'
  /** What is wrong, in a few words. */
  readonly summary: string
  /** More about it. @default - none */
  readonly detail?: string
  /** Where it begins. @default - not known */
  readonly start?: ParserPosition
  /** The first line that it is about. */
  readonly source?: string
}

/** A value of an HCL2 variable. */
export type ParserVariable =
  string | number | boolean | null | readonly ParserVariable[] | { readonly [name: string]: ParserVariable }

/** How a job file is read. */
export interface ParserOptions {
  /** Values by name, or the text of a variable file. */
  readonly variables?: string | Readonly<Record<string, ParserVariable>>
  /** Values as the command line gives them: `name=value`. */
  readonly varArgs?: readonly string[]
  /** The file's name, for messages. @default - the parser's */
  readonly path?: string
  /** Fills Nomad's own defaults in. @default false */
  readonly canonicalize?: boolean
}

/** What a {@link JobParser} says. */
export type ParserAnswer =
  | { readonly ok: true; readonly job: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly error: string; readonly diagnostics?: readonly ParserDiagnostic[] }

/** Nomad's own parser. An `Engine` of the package `nomad-engine` is one as it is. */
export interface JobParser {
  /** Reads a job file. */
  parse(hcl: string, options: ParserOptions): Promise<ParserAnswer>
}

/** A job file that Nomad's parser refuses. */
export class JobFileError extends Error {
  constructor(
    /** The file's name. */
    readonly path: string,
    /** What the parser said. */
    readonly answer: { readonly error: string; readonly diagnostics?: readonly ParserDiagnostic[] },
  ) {
    super(describeDiagnostics(path, answer))
    this.name = 'JobFileError'
  }
}

function describeDiagnostics(
  path: string,
  answer: { readonly error: string; readonly diagnostics?: readonly ParserDiagnostic[] },
): string {
  const errors = (answer.diagnostics ?? []).filter((d) => d.severity !== 'warning')
  if (errors.length === 0) return `${path}: ${answer.error}`
  return errors
    .map(({ summary, detail, start, source }) => {
      const place = start ? `${path}:${start.line}:${start.column}` : path
      const more = [detail, source?.trim()].filter((text) => text !== undefined && text !== '')
      return [`${place}: ${summary}`, ...more.map((text) => `  ${text}`)].join('\n')
    })
    .join('\n')
}

/** The package that reads HCL isn't there. */
export class EngineMissing extends Error {
  constructor(cause: unknown) {
    super('reading HCL needs the package nomad-engine, which is not installed: npm install --save-dev nomad-engine', {
      cause,
    })
    this.name = 'EngineMissing'
  }
}

/** An `Engine` of `nomad-engine`, as far as it is used here. */
export interface LoadedEngine extends JobParser {
  /** Ends its threads. */
  close(): Promise<void>
}

/**
 * Nomad's own parser from the package `nomad-engine`, an optional peer.
 * @throws EngineMissing where it is not installed
 */
export async function loadEngine(): Promise<LoadedEngine> {
  // the name is not a literal, so that compiling does not need the package either
  const name: string = 'nomad-engine'
  let loaded: { readonly Engine: new () => LoadedEngine }
  try {
    loaded = (await import(name)) as { readonly Engine: new () => LoadedEngine }
  } catch (error) {
    throw new EngineMissing(error)
  }
  return new loaded.Engine()
}
