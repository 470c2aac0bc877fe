import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect } from 'chai'
import { App, TerraformStack } from 'cdktf'
import type { Construct } from 'constructs'
import type { Engine } from 'nomad-engine' with { 'resolution-mode': 'import' }
import type { Job } from '../../../nomad'
import { importJob } from '../../../nomad/import'
import { nomadJobFiles, type JobFile } from '../../engine/integration/corpus'
import { atOnce } from './at-once'
import { difference, falseAlarms, typeErrors, withCrons } from './conformance'

const load = createRequire(__filename)
const root = join(__dirname, '../../..')
const folder = join(root, 'artifacts/conformance')

interface Written {
  readonly file: JobFile
  readonly name: string
  readonly mode: 'readable' | 'exact'
  readonly path: string
  /** By the names that they have in HCL, and by those in TypeScript. */
  readonly variables: Readonly<Record<string, string | number>>
  readonly props: Readonly<Record<string, string | number>>
}

/** Values for the variables that a file has no value for. */
const values = { string: 'value', number: 7 } as const

describe("conformance: Nomad's own job files", function () {
  this.timeout(1_800_000)
  let engine: Engine
  const refused: string[] = []
  const written: Written[] = []
  let accepted = 0

  before(async () => {
    engine = new (await import('nomad-engine')).Engine({ deadlineMs: 120_000, workers: 2 })
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
  })
  after(async () => {
    await engine.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('are imported, all that its parser accepts', async () => {
    const failed: string[] = []
    await atOnce(nomadJobFiles().entries(), 3, async ([index, file]) => {
      const plain = await engine.parse(file.hcl)
      const lacks = !plain.ok && /(?:missing|unset) variable|variable .* (?:not set|required)/iu.test(plain.error)
      if (!plain.ok && !lacks) {
        refused.push(`${file.name}: ${plain.error.split('\n').slice(0, 3).join(' ')}`)
        return
      }
      for (const mode of ['readable', 'exact'] as const) {
        try {
          const made = await importJob(file.hcl, {
            parser: engine,
            module: join(root, 'nomad'),
            path: file.name,
            className: 'Imported',
            exact: mode === 'exact',
          })
          const path = join(folder, `job-${index}-${mode}.ts`)
          writeFileSync(path, made.code)
          const needed = made.properties.filter((p) => p.initial === undefined)
          const variables = Object.fromEntries(needed.map((p) => [p.variable, values[p.type]]))
          const props = Object.fromEntries(needed.map((p) => [p.name, values[p.type]]))
          written.push({ file, name: file.name, mode, path, variables, props })
        } catch (error) {
          const said = error instanceof Error ? error.message : String(error)
          if (lacks && mode === 'readable') refused.push(`${file.name}: ${said}`)
          else if (!lacks) failed.push(`${file.name} (${mode}): ${said}`)
        }
      }
    })
    accepted = new Set(written.map((w) => w.name)).size
    console.log(`      ${accepted} accepted by Nomad's parser, ${refused.length} refused`)
    expect(failed).to.deep.equal([])
    expect(accepted).to.be.greaterThan(200)
  })

  it('are TypeScript that compiles', () => {
    expect(typeErrors(written.map((w) => w.path))).to.deep.equal([])
  })

  it('come out as the same job', async () => {
    const different: string[] = []
    await atOnce(written, 3, async ({ file, name, mode, path, variables, props }) => {
      const job = construct(path, props)
      const hcl = job.render().hcl
      const canonicalize = mode === 'readable'
      const [before, after] = await Promise.all([
        engine.parse(file.hcl, { canonicalize, variables, strict: false }),
        engine.parse(hcl, { canonicalize }),
      ])
      const wanted = before.ok && canonicalize ? withCrons(before.job) : before.ok && before.job
      const found = before.ok && after.ok ? difference(wanted, after.job) : `${JSON.stringify(after).slice(0, 300)}`
      if (found !== undefined) different.push(`${name} (${mode}): ${found}`)
    })
    console.log(`      ${written.length} files of TypeScript for ${accepted} jobs, ${different.length} differences`)
    expect(different).to.deep.equal([])
  })

  it('raise no false alarm: no rule finds an error where Nomad finds none', async () => {
    const alarms: string[] = []
    let valid = 0
    const readable = written.filter((w) => w.mode === 'readable')
    await atOnce(readable, 3, async ({ file, name, path, variables, props }) => {
      const checked = await engine.check(file.hcl, { variables, strict: false })
      if (!checked.validation?.ok) return
      valid++
      alarms.push(...falseAlarms(construct(path, props)).map((alarm) => `${name}\n${alarm}`))
    })
    console.log(`      ${valid} jobs that Nomad accepts, ${alarms.length} false alarms`)
    if (process.env.FALSE_ALARMS) writeFileSync(process.env.FALSE_ALARMS, alarms.join('\n\n'))
    expect(alarms).to.deep.equal([])
  })

  function construct(path: string, props: Readonly<Record<string, string | number>>): Job {
    const { Imported } = load(path) as { Imported: new (scope: Construct, id: string, props: object) => Job }
    return new Imported(new TerraformStack(new App(), 'stack'), 'job', props)
  }
})
