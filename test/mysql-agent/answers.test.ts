import { expect } from 'chai'
import * as answers from '../../mysql-agent/answers.js'
import { following, idle, leading, recorded } from './fixtures'

const standing = (more: Partial<answers.Standing> = {}): answers.Standing => ({
  mysql: leading(),
  record: recorded('n1'),
  instance: 'n1',
  held: false,
  primaryWritable: true,
  doing: 'test',
  ageSeconds: 0,
  ...more,
})
const replica = (lagSeconds: number | undefined, more: Partial<answers.Standing> = {}): answers.Standing =>
  standing({ record: recorded('n2'), mysql: following('n2', 'u:1-5', { lagSeconds }), ...more })

describe('mysql-agent answers', () => {
  it('/primary: only on the writable instance that Consul names', () => {
    expect(answers.primary(standing()).status).to.equal(200)
    expect(answers.primary(standing({ record: recorded('n2') })).status).to.equal(503)
    expect(answers.primary(standing({ record: 'none' })).status).to.equal(503)
    expect(answers.primary(standing({ mysql: leading('u:1', { superReadOnly: true }) })).status).to.equal(503)
    expect(answers.primary(standing({ held: true }))).to.deep.equal({ status: 503, reason: 'a promotion is under way' })
    expect(answers.primary(standing({ mysql: undefined })).status).to.equal(503)
  })

  it('/primary: stays while Consul is away', () => {
    expect(answers.primary(standing({ record: 'unknown' })).status).to.equal(200)
  })

  it('says nothing from a look that is old', () => {
    for (const ask of [answers.primary, answers.health]) expect(ask(standing({ ageSeconds: 6 })).status).to.equal(503)
    expect(answers.read(replica(0, { ageSeconds: 6, primaryWritable: false }), 5).status).to.equal(503)
  })

  it('/replica: within the lag, and only while it replicates', () => {
    expect(answers.replica(replica(5), 5).status).to.equal(200)
    expect(answers.replica(replica(6), 5)).to.deep.equal({ status: 503, reason: '6 s behind, 5 s allowed' })
    expect(answers.replica(replica(undefined), 5).status).to.equal(503)
    expect(answers.replica(standing(), 5).status).to.equal(503)
    expect(answers.health(replica(600)).status).to.equal(200)
  })

  it('/read: the primary, replicas that keep up, and while there is no primary whoever has data', () => {
    expect(answers.read(standing(), 5).status).to.equal(200)
    expect(answers.read(replica(6), 5).status).to.equal(503)
    const cut = following('n2', 'u:1-5', { receiver: 'connecting', lagSeconds: undefined })
    expect(answers.read(replica(0, { mysql: cut }), 5).status).to.equal(503)
    expect(answers.read(replica(0, { mysql: cut, primaryWritable: false }), 5).status).to.equal(200)
    expect(answers.read(replica(0, { mysql: idle(''), primaryWritable: false }), 5).status).to.equal(503)
  })

  it('reads durations', () => {
    expect(['5', '5s', '500ms', '1m', '1.5s'].map(answers.duration)).to.deep.equal([5, 5, 0.5, 60, 1.5])
    for (const bad of ['', 's', '-1s', '5h', '1e3']) expect(answers.duration(bad)).to.equal(undefined)
  })
})
