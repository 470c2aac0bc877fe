import { expect } from 'chai'
import { Analysis } from '../../jobs/analysis'
import { synthesize, task } from './support'

describe('the job analysis', () => {
  it('runs when it is dispatched, a driver and executors on nodes of their own', () => {
    const { spec } = synthesize((s) => new Analysis(s, 'analysis', { image: 'r/spark:1', executors: 2 }))
    expect(spec.type).to.equal('batch')
    expect(spec.parameterized).to.include({ payload: 'forbidden' })
    expect(spec.group?.map((g) => [g.name, g.count])).to.deep.equal([
      ['driver', 1],
      ['executors', 2],
    ])
    expect(spec.constraint).to.deep.include({ operator: 'distinct_hosts', value: 'true' })
  })

  it('runs the image in both roles within 640 MB each', () => {
    const job = synthesize((s) => new Analysis(s, 'analysis', { image: 'r/spark:1' }))
    for (const role of ['driver', 'executor']) {
      expect(task(job, role).config?.['args']).to.deep.equal([role])
      expect(task(job, role).resources?.memory).to.equal(640)
    }
  })
})
