import { expect } from 'chai'
import { variableFile } from '../../engine/src/variables.js'

describe('engine variables', () => {
  it('writes each kind of value', () => {
    const text = variableFile({ a: 'x', b: 2.5, c: true, d: null, e: ['x', 1], f: { 'some key': 'y' } })
    expect(text).to.equal('a = "x"\nb = 2.5\nc = true\nd = null\ne = ["x", 1]\nf = { "some key" = "y" }\n')
  })

  it('keeps quotes, line ends, control characters and templates as literals', () => {
    expect(variableFile({ a: 'say "hi"\n${x} %{if} \\ \u0001' })).to.equal(
      'a = "say \\"hi\\"\\n$${x} %%{if} \\\\ \\u0001"\n',
    )
  })

  it('refuses a name that HCL can’t have', () => {
    expect(() => variableFile({ 'a b': 1 })).to.throw(TypeError, '"a b" can\'t be the name of an HCL2 variable')
  })

  it('refuses a number that HCL can’t write', () => {
    expect(() => variableFile({ a: Infinity })).to.throw(TypeError, 'Infinity')
  })
})
