import { expect } from 'chai'
import { describeJobs } from '../../bootstrap/deploy/nomad-jobs'
import { elapsed, stageLine } from '../../bootstrap/progress/stage'
import { hiddenFields } from '../../bootstrap/smoke/person'

describe('progress', () => {
  it('shows elapsed time and what was cached', () => {
    expect(elapsed(59.4)).to.equal('59 s')
    expect(elapsed(125)).to.equal('2 min 5 s')
    expect(stageLine('fleet', { summary: '5 nodes', cached: true }, 2, 10)).to.match(
      /^fleet {9}5 nodes {3} +2 s {2}\(cached\)$/,
    )
  })

  it('shows jobs on their way first, and none that has ended', () => {
    const job = (id: string, running: number, pending: number, type = 'service') => ({
      id,
      type,
      status: 'running',
      modifyIndex: 1,
      running,
      pending,
    })
    expect(describeJobs([job('web', 3, 0), job('mysql', 1, 2), job('schema', 0, 0, 'batch')])).to.equal(
      'mysql 1 of 3, web 3',
    )
  })
})

describe('smoke', () => {
  it('finds the hidden fields of the form it wants', () => {
    const html =
      '<form action="/signout" method="post"><input type="hidden" name="crumb" value="x"></form>' +
      '<form method="post" action="/posts"><input value="y" name="crumb" type="hidden"/><input name="title"></form>'
    expect(hiddenFields(html, '/posts')).to.deep.equal({ crumb: 'y' })
    expect(hiddenFields(html, '/other')).to.equal(undefined)
  })
})
