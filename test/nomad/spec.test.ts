import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { structs } from '../../nomad/spec'

/** Every block and attribute that the schema reaches, with its JSON name. */
function reach(): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (path: string, name: string, depth: number) => {
    for (const field of structs[name]?.fields ?? []) {
      const key = field.form === 'label' && path !== 'job' ? '(label)' : field.hcl
      found.set(`${path} ${key}`, field.json)
      if (field.ref !== undefined && depth < 12 && !field.extra) walk(`${path}/${field.hcl}`, field.ref, depth + 1)
    }
  }
  walk('job', 'Job', 0)
  return found
}

describe('the schema', () => {
  it("reaches everything that Nomad's jobspec has", () => {
    const found = reach()
    const rows = readFileSync(join(__dirname, 'fixtures/nomad-jobspec-1.11.3.tsv'), 'utf8').trim().split('\n').slice(1)
    const missing = rows.filter((row) => {
      const [path, name, kind, json] = row.split('\t')
      return found.get(`${path} ${kind === 'label' ? '(label)' : name}`) !== json
    })
    expect(missing).to.deep.equal([])
    expect(rows.length).to.be.above(800)
  })

  it('has a struct for each reference', () => {
    const refs = Object.values(structs).flatMap((s) => s.fields.flatMap((f) => (f.ref === undefined ? [] : [f.ref])))
    expect(refs.filter((ref) => structs[ref] === undefined)).to.deep.equal([])
  })
})
