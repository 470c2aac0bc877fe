import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Engine } from 'nomad-engine'
import { examples, hclFiles, resolveToSource, runMain } from './support'

resolveToSource()

describe("Nomad's own verdict on the examples", function () {
  this.timeout(120_000)
  const engine = new Engine()
  after(() => engine.close())

  for (const example of examples) {
    it(example, async () => {
      const jobs = runMain(example, (folder) =>
        hclFiles(folder).map((file) => readFileSync(join(folder, file), 'utf8')),
      )
      expect(jobs).not.to.have.length(0)
      for (const hcl of jobs) {
        const { parsed, validation } = await engine.check(hcl)
        expect(parsed.ok, JSON.stringify(parsed)).to.equal(true)
        expect(validation?.errors).to.deep.equal([])
        const formatted = await engine.format(hcl)
        expect(formatted).to.deep.include({ ok: true, changed: false })
      }
    })
  }
})
