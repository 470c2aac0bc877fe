import { expect } from 'chai'
import { Holding } from '../../mysql-agent/holding.js'
import { Busy } from '../../mysql-agent/turn.js'
import { recorded } from './fixtures'

describe('mysql-agent holding', () => {
  it('keeps an instance for one promotion at a time', () => {
    const holding = new Holding(10)
    holding.begin('a', 'promotion by n2', 10)
    holding.begin('a', 'promotion by n2', 10)
    expect(() => holding.begin('b', 'promotion by n3', 10)).to.throw(Busy, 'promotion by n2')
    expect(holding.current).to.deep.equal({ reason: 'promotion by n2', index: 10, expired: false })
    expect(holding.keeps(recorded('n1', 1, 10))).to.equal(true)
    expect(holding.keeps(recorded('n1', 1, 11))).to.equal(false)
  })

  it('is ended by its own promotion only', () => {
    const holding = new Holding(10)
    holding.begin('a', 'promotion by n2', 10)
    holding.end('b')
    expect(holding.current?.expired).to.equal(false)
    holding.end('a')
    expect(holding.current?.expired).to.equal(true)
    holding.begin('b2', 'promotion by n3', 10)
    expect(holding.current).to.include({ reason: 'promotion by n3', expired: false })
  })

  it('does not begin for a promotion that was given up before its step came', () => {
    const holding = new Holding(10)
    holding.end('a')
    expect(() => holding.begin('a', 'promotion by n2', 10)).to.throw(Busy, 'given up')
    expect(holding.current).to.equal(undefined)
  })

  it('gives way to the promotion of a newer record, and when it has run out', () => {
    const holding = new Holding(10)
    holding.begin('a', 'promotion by n2', 10)
    holding.begin('b', 'promotion by n3', 11)
    expect(holding.current?.index).to.equal(11)
    const short = new Holding(-1)
    short.begin('a', 'promotion by n2', 10)
    short.begin('b', 'promotion by n3', 10)
    expect(short.current?.reason).to.equal('promotion by n3')
  })
})
