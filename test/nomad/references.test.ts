import { expect } from 'chai'
import { literal } from '../../nomad'

describe('literal', () => {
  it('escapes what begins an interpolation or a directive', () => {
    expect(literal('a ${b} %{if} $c %d')).to.equal('a $${b} %%{if} $c %d')
  })

  it('keeps a byte order mark at the beginning, which reading the text once more would drop', () => {
    expect(literal('\uFEFFa')).to.equal('${""}\uFEFFa')
    expect(literal('a\uFEFF')).to.equal('a\uFEFF')
  })
})
