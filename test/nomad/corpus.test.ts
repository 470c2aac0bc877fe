import { expect } from 'chai'
import { rules, validate } from '../../nomad/validate'
import { corpus } from './corpus'

describe('the corpus of bad jobs', () => {
  for (const { rule, at, bad, good, detach } of corpus) {
    it(`${rule} finds its job, and leaves the neighbour alone`, () => {
      const findings = validate({ spec: bad, path: 'stack/job', detach })
      const found = findings.find((finding) => finding.rule === rule)
      expect(found, findings.map((f) => f.rule).join(' ')).not.to.equal(undefined)
      expect(found?.path).to.equal(`stack/job${at}`)
      expect(found?.problem).not.to.equal('')
      expect(found?.do).not.to.equal('')
      const silent = validate({ spec: good, path: 'stack/job', detach })
      expect(silent.filter((finding) => finding.rule === rule)).to.deep.equal([])
    })
  }

  it('has a case for every rule', () => {
    const cases = new Set(corpus.map((one) => one.rule))
    expect(rules.map((rule) => rule.name).filter((name) => !cases.has(name))).to.deep.equal([])
  })
})
