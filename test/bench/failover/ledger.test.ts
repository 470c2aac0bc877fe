import { expect } from 'chai'
import { Ledger } from '../../../bench/failover/judge/ledger'
import { fromRanges, toRanges } from '../../../bench/failover/judge/ranges'

describe('the ledger of a drill', () => {
  const at = { now: 0 }
  const ledger = () => new Ledger(7, () => at.now)

  it('gives each row an id of its own and remembers what was said of it', () => {
    const book = ledger()
    const [a, b, c, d] = [book.begin('w'), book.begin('w'), book.begin('v'), book.begin('v')]
    book.end(b, 'acknowledged')
    book.end(a, 'unknown')
    book.end(c, 'unsent')
    expect([a, b, c, d]).to.deep.equal([7, 8, 9, 10])
    expect([...book.acknowledged]).to.deep.equal([8])
    expect([...book.unknown]).to.deep.equal([7])
    expect(book.unanswered).to.deep.equal([10])
    expect(book.nextId).to.equal(11)
  })

  it('counts an attempt without an answer as one that goes on', () => {
    const book = ledger()
    at.now = 5
    book.begin('w')
    expect(book.attemptsUntil(50)).to.deep.equal([{ from: 'w', start: 5, end: 50, ok: false }])
  })

  it('refuses an end without a beginning', () => {
    expect(() => ledger().end(1, 'acknowledged')).to.throw('was not begun')
  })
})

describe('ranges of ids', () => {
  it('are short and come back as they were', () => {
    expect(toRanges([3, 1, 2, 9, 7, 2])).to.equal('1-3,7,9')
    expect(fromRanges('1-3,7,9')).to.deep.equal([1, 2, 3, 7, 9])
    expect(fromRanges(toRanges([]))).to.deep.equal([])
  })

  it('say what is no range', () => {
    expect(() => fromRanges('1-a')).to.throw("'1-a' is no range")
  })
})
