import { expect } from 'chai'
import { told } from './integration/told'

describe('engine report of a failed comparison', () => {
  it('tells all that was compared, and why', () => {
    const long = 'failed to sign node identity claims: keyring has not been initialized yet'.repeat(5)
    let error: unknown
    try {
      expect(long, 'placements').to.equal('')
    } catch (caught) {
      error = new Error('3 answers in 300 runs', { cause: caught })
    }
    expect(told(error)).to.match(/^ {6}Error: 3 answers in 300 runs\n {8}because:\n {6}AssertionError: placements/u)
    expect(told(error)).to.contain(`actual:   '${long}'\n        expected: ''`)
    expect(told('x')).to.equal("      'x'")
  })
})
