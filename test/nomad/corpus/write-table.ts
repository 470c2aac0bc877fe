// Asks Nomad about the corpus and writes docs/guides/rules.md: npx tsx test/nomad/corpus/write-table.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withTable } from './table'
import { askNomad } from './verdicts'

const guide = join(__dirname, '../../../docs/guides/rules.md')

async function main(): Promise<void> {
  const { Engine } = await import('nomad-engine')
  const engine = new Engine()
  const verdicts = await askNomad(engine)
  await engine.close()
  writeFileSync(join(__dirname, 'verdicts.json'), `${JSON.stringify(verdicts, null, 2)}\n`)
  writeFileSync(guide, withTable(readFileSync(guide, 'utf8'), verdicts))
}

void main()
