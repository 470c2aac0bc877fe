import { existsSync, readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { expect } from 'chai'
import { examples, hclFiles, inExample, load, resolveToSource, runMain } from './support'

resolveToSource()

const jobs: Readonly<Record<string, readonly string[]>> = {
  first: ['web'],
  'from-hcl': ['report', 'report'],
  web: ['proxy', 'web'],
  stateful: ['database-secrets', 'postgres'],
  nightly: ['backup'],
  secrets: ['app', 'generate-secrets'],
  tested: ['shop', 'shop-migrate'],
}

describe('examples', () => {
  it('are six at least, and all of them are tested', () => {
    expect(examples).to.have.length.of.at.least(6)
    expect(examples).to.have.members(Object.keys(jobs))
  })

  for (const example of examples) {
    it(`${example} synthesizes, and has a page`, () => {
      const files = runMain(example, (folder) => hclFiles(folder).map((file) => basename(file, '.nomad.hcl')))
      expect(files.sort()).to.deep.equal(jobs[example])
      expect(existsSync(inExample(example, 'README.md'))).to.equal(true)
    })
  }
})

// the tests that the examples bring along
for (const example of examples) {
  for (const file of readdirSync(inExample(example))) if (file.endsWith('.test.ts')) load(inExample(example, file))
}
