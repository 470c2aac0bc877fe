import { expect } from 'chai'
import { Problem } from '../../bootstrap/problem'

describe('Problem', () => {
  it('shows its four parts, one a line', () => {
    const problem = new Problem({ what: 'up: no room', given: '1 GB\nfree', allowed: '8 GB', do: 'free some' })
    expect(problem.message).to.equal(
      'up: no room\n  given    1 GB\n           free\n  allowed  8 GB\n  do       free some',
    )
    expect(problem.exitCode).to.equal(1)
  })

  it('leaves with 2 only when every problem is one of usage', () => {
    const usage = Problem.usage({ what: 'a', do: 'b' })
    const failure = new Problem({ what: 'c', do: 'd' })
    expect(Problem.all([usage, usage]).exitCode).to.equal(2)
    expect(Problem.all([usage, failure]).exitCode).to.equal(1)
    expect(Problem.all([usage, failure]).message)
      .to.contain('a\n')
      .and.to.contain('c\n')
  })
})
