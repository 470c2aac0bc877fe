import { expect } from 'chai'
import { artifactFolder } from '../../../bootstrap/images/artifact/index.js'

describe('what an image is made of', () => {
  it('is kept by the whole of its key, also where two keys begin alike', () => {
    const [older, newer] = ['5.0.4', '5.0.5'].map((version) => `<?xml version="1.0"?><project>${version}</project>`)
    expect(artifactFolder('/cache', 'cassandra', older ?? '')).to.not.equal(
      artifactFolder('/cache', 'cassandra', newer ?? ''),
    )
    expect(artifactFolder('/cache', 'cassandra', older ?? '')).to.match(
      /^\/cache\/images\/artifacts\/cassandra-[0-9a-f]{16}$/,
    )
  })
})
