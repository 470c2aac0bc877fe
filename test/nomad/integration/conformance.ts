import { join } from 'node:path'
import ts from 'typescript'
import type { Job } from '../../../nomad'

/** Where two jobs of the API differ first; undefined where they don't. Nothing, an empty list and an empty map are the same. */
export function difference(a: unknown, b: unknown, at = 'job'): string | undefined {
  if (isEmpty(a) && isEmpty(b)) return undefined
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return `${at} has ${a.length} items, then ${b.length}`
    for (const [i, item] of a.entries()) {
      const found = difference(item, b[i], `${at}[${i}]`)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (isMap(a) && isMap(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const found = difference(a[key], b[key], `${at}.${key}`)
      if (found !== undefined) return found
    }
    return undefined
  }
  return Object.is(a, b)
    ? undefined
    : `${at} was ${JSON.stringify(a)?.slice(0, 200)}, is ${JSON.stringify(b)?.slice(0, 200)}`
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The job with the times of a periodic one as a list: what is readable says `cron` so, which newer servers do as well. */
export function withCrons(job: unknown): unknown {
  if (!isMap(job) || !isMap(job.Periodic) || !job.Periodic.Spec) return job
  return { ...job, Periodic: { ...job.Periodic, Spec: '', Specs: [job.Periodic.Spec] } }
}

/** What the compiler says about files, in one program with the repository's own settings. */
export function typeErrors(paths: readonly string[]): string[] {
  const config = ts.readConfigFile(join(__dirname, '../../../tsconfig.base.json'), (path) => ts.sys.readFile(path))
  const { options } = ts.convertCompilerOptionsFromJson(
    (config.config as { compilerOptions: object }).compilerOptions,
    __dirname,
  )
  const program = ts.createProgram([...paths], { ...options, noEmit: true, noUnusedLocals: true })
  // what the constructs themselves look like to the compiler is checked elsewhere
  const own = ts.getPreEmitDiagnostics(program).filter((d) => d.file === undefined || paths.includes(d.file.fileName))
  return own.map((d) => {
    const place = d.file && d.start !== undefined ? d.file.getLineAndCharacterOfPosition(d.start) : undefined
    const line = d.file && place ? (d.file.text.split('\n')[place.line] ?? '').trim() : ''
    return `${d.file?.fileName.split('/').pop()}:${(place?.line ?? 0) + 1}: ${ts.flattenDiagnosticMessageText(d.messageText, ' ')} | ${line}`
  })
}

/** The errors that our rules find. */
export function falseAlarms(job: Job): string[] {
  return job.findings('error').map((f) => `  [${f.rule}] ${f.path}: ${f.problem} (given ${f.given ?? '-'})`)
}
