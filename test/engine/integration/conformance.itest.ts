import { expect } from 'chai'
import { Engine, type ApiJob, type ServerSettings } from 'nomad-engine'
import { mutate, nomadJobFiles, random, type JobFile } from './corpus'
import { sharedServer, type Server } from './server'

/** What a server with the default configuration has. */
const settings: ServerSettings = { namespaces: [], nodePools: [], vault: false }
const MUTATED = Number(process.env['MUTATED'] ?? 2000)

interface Difference {
  readonly name: string
  readonly theirs: unknown
  readonly ours: unknown
}

describe('engine against a running Nomad', function () {
  this.timeout(1_800_000)
  let server: Server
  let files: JobFile[]
  const engine = new Engine({ deadlineMs: 60_000 })

  before(async function () {
    server = await sharedServer()
    const originals = nomadJobFiles()
    const pick = random(4)
    const mutated = Array.from({ length: MUTATED }, (_, index): JobFile => {
      const original = originals[pick(originals.length)] ?? { name: '', hcl: '' }
      return { name: `${original.name} mutated ${index}`, hcl: mutate(original.hcl, pick) }
    })
    expect(originals.length).to.be.greaterThan(200)
    files = [...originals, ...mutated]
  })
  after(() => engine.close())

  it('parses as /v1/jobs/parse does', async () => {
    const different: Difference[] = []
    let parsed = 0
    for (const { name, hcl } of files) {
      const [theirs, result] = await Promise.all([
        post('/v1/jobs/parse', { JobHCL: hcl }),
        engine.parse(hcl, { strict: false }),
      ])
      const ours = result.ok ? result.job : `Failed to parse job: ${result.error}`
      if (result.ok) parsed++
      if (!same(theirs.body, ours)) different.push({ name, theirs: theirs.body, ours })
    }
    console.log(`      ${files.length} files, ${parsed} parsed, ${different.length} differences`)
    expect(different).to.deep.equal([])
  })

  it('validates as /v1/validate/job does', async () => {
    const different: Difference[] = []
    let jobs = 0
    let invalid = 0
    for (const { name, hcl } of files) {
      const result = await engine.parse(hcl, { strict: false })
      if (!result.ok) continue
      jobs++
      const [theirs, ours] = await Promise.all([post('/v1/validate/job', { Job: result.job }), judged(result.job)])
      if (ours.errors !== '') invalid++
      if (!same(verdict(theirs.body), ours)) different.push({ name, theirs: theirs.body, ours })
    }
    console.log(`      ${jobs} jobs, ${invalid} invalid, ${different.length} differences`)
    expect(different).to.deep.equal([])
  })

  async function judged(job: ApiJob) {
    try {
      const { text } = await engine.validate(job, { server: settings })
      return { errors: text.error, warnings: text.warnings }
    } catch (error) {
      return { errors: String(error), warnings: '' }
    }
  }

  async function post(path: string, body: unknown): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await fetch(server.address + path, { method: 'POST', body: JSON.stringify(body) })
    const text = await response.text()
    return { status: response.status, body: response.ok ? (JSON.parse(text) as unknown) : text }
  }
})

/** The server's answer in our words; one that isn't JSON is a refusal. */
function verdict(body: unknown): { readonly errors: string; readonly warnings: string } {
  if (typeof body === 'string') return { errors: body, warnings: '' }
  const { Error: errors, Warnings: warnings } = body as { readonly Error?: string; readonly Warnings?: string }
  return { errors: errors ?? '', warnings: warnings ?? '' }
}

/**
 * Equal, but for what differs from run to run in Nomad itself: the order of messages that it collects from maps, and
 * UUIDs and times that a job asks for.
 */
function same(theirs: unknown, ours: unknown): boolean {
  return settle(theirs) === settle(ours)
}

function settle(value: unknown): string {
  if (typeof value === 'string') return lines(value)
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'string') return item.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gu, 'UUID')
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

function lines(text: string): string {
  const items = text
    .replace(/^Failed to parse job: /u, '')
    .trim()
    .split('\n')
  return items.sort().join('\n')
}
