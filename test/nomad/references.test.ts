import { expect } from 'chai'
import { Fn } from 'cdktf'
import { literal } from '../../nomad'

describe('literal', () => {
  it('escapes what begins an interpolation or a directive', () => {
    expect(literal('a ${b} %{if} $c %d')).to.equal('a $${b} %%{if} $c %d')
  })

  it('keeps a byte order mark at the beginning, which reading the text once more would drop', () => {
    expect(literal('\uFEFFa')).to.equal('${""}\uFEFFa')
    expect(literal('a\uFEFF')).to.equal('a\uFEFF')
  })

  it('puts a carriage return without a newline into an interpolation, as no other is read after it', () => {
    expect(literal('a\r%%{')).to.equal('a${"\\r"}%%%{')
    expect(literal('a$%\r$${')).to.equal('a${"$%\\r"}$$${')
    expect(literal('a$\r\n\r\r\n')).to.equal('a$\r\n${"\\r"}\r\n')
  })

  it('refuses a token, whose text is not known yet', () => {
    expect(() => literal(`a ${Fn.trimspace('b') as string}`)).to.throw(RangeError, /in its env/)
  })
})
