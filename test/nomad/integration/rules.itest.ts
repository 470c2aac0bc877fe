import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Engine } from 'nomad-engine'
import { renderHcl, type ValueObject } from '../../../nomad/hcl'
import { type BadJob, corpus } from '../corpus'
import { nameOf, type Verdict } from '../corpus/table'
import { askNomad } from '../corpus/verdicts'
import { nomadProgram, type NomadServer, startNomadServer } from './nomad-server'

const verdicts = JSON.parse(readFileSync(join(__dirname, '../corpus/verdicts.json'), 'utf8')) as Record<string, Verdict>

describe('what Nomad says about the corpus of bad jobs', function () {
  this.timeout(300_000)

  it('is as the guide has it, by nomad-engine', async () => {
    const engine = new Engine()
    try {
      expect(await askNomad(engine)).to.deep.equal(verdicts)
    } finally {
      await engine.close()
    }
  })

  describe('by the nomad program', () => {
    const binary = nomadProgram() ?? ''
    let server: NomadServer | undefined

    before(async () => {
      expect(binary, 'no nomad: set NOMAD_BIN, or run bootstrap/up').not.to.equal('')
      server = await startNomadServer(binary)
    })

    after(async () => {
      await server?.stop()
    })

    it('is the same', async () => {
      const others: string[] = []
      for (const one of corpus.filter(isWritable)) {
        const said = await validate(server?.address ?? '', one)
        const expected = verdicts[nameOf(one)]?.nomad
        const [theirs, ours] = [said.refused, expected === 'error' || expected === 'crash']
        if (theirs !== ours) others.push(`${nameOf(one)}: ${expected}, and nomad ${said.text}`)
      }
      expect(others).to.deep.equal([])
    })
  })
})

function isWritable(one: BadJob): boolean {
  return one.rule !== 'unwritable-text'
}

/** What `nomad job validate` does: has the job parsed, and asks the server. */
async function validate(address: string, one: BadJob): Promise<{ readonly refused: boolean; readonly text: string }> {
  const post = (path: string, body: unknown) =>
    fetch(`${address}${path}`, { method: 'POST', body: JSON.stringify(body) })
  const parsed = await post('/v1/jobs/parse', { JobHCL: renderHcl(one.bad as unknown as ValueObject) })
  if (!parsed.ok) return { refused: true, text: await parsed.text() }
  const answer = await post('/v1/validate/job', { Job: await parsed.json() }).catch(() => undefined)
  if (!answer?.ok) return { refused: true, text: (await answer?.text()) ?? 'closes the connection' }
  const { Error: error } = (await answer.json()) as { Error: string }
  return { refused: error !== '', text: error === '' ? 'takes it' : error }
}
