import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { corpus } from './corpus'
import { nameOf, type Verdict, withTable } from './corpus/table'

const read = (file: string) => readFileSync(join(__dirname, file), 'utf8')

describe('the guide to the rules', () => {
  const verdicts = JSON.parse(read('corpus/verdicts.json')) as Record<string, Verdict>

  it('has the table as the rules and the corpus make it', () => {
    const guide = read('../../docs/guides/rules.md')
    expect(withTable(guide, verdicts), 'run npx tsx test/nomad/corpus/write-table.ts').to.equal(guide)
  })

  it('has what Nomad says about each bad job', () => {
    expect(Object.keys(verdicts).sort()).to.deep.equal(corpus.map(nameOf).sort())
  })
})
