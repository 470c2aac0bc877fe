import { expect } from 'chai'
import { Rotation } from '../../../bootstrap/fleet/rotation'

describe("the site's port", () => {
  it('takes turns', () => {
    const rotation = new Rotation(['a', 'b', 'c'])
    expect([rotation.order(0)[0], rotation.order(0)[0], rotation.order(0)[0], rotation.order(0)[0]]).to.deep.equal([
      'a',
      'b',
      'c',
      'a',
    ])
  })

  it('tries a node that did not answer last, for a while', () => {
    const rotation = new Rotation(['a', 'b', 'c'])
    rotation.failed('a', 1000)
    expect(rotation.order(1500)).to.deep.equal(['b', 'c', 'a'])
    rotation.order(1500)
    rotation.order(1500)
    expect(rotation.order(3500)).to.deep.equal(['a', 'b', 'c'])
  })

  it('forgets a failure when the node answers again', () => {
    const rotation = new Rotation(['a', 'b'])
    rotation.failed('a', 0)
    rotation.answered('a')
    expect(rotation.order(1)).to.deep.equal(['a', 'b'])
  })
})
