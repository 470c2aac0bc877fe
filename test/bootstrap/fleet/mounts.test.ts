import { expect } from 'chai'
import { mountsBelow } from '../../../bootstrap/fleet/mounts'

const MOUNTINFO = [
  '22 1 254:0 / / rw - ext4 /dev/vda rw',
  '50 22 0:40 / /state/demo/node-1/docker/overlay2/x/merged rw - overlay overlay rw',
  '51 22 0:41 / /state/demo/node-1/run/docker/netns/default rw - nsfs nsfs rw',
  '52 51 0:42 / /state/demo/node-1/nomad/alloc/with\\040space/secrets rw - tmpfs tmpfs rw',
  '53 22 0:43 / /state/demo/node-10/docker/overlay2/y/merged rw - overlay overlay rw',
].join('\n')

describe('what a killed node leaves mounted', () => {
  it('is found below its folder only, the latest first', () => {
    expect(mountsBelow(MOUNTINFO, '/state/demo/node-1')).to.deep.equal([
      '/state/demo/node-1/nomad/alloc/with space/secrets',
      '/state/demo/node-1/run/docker/netns/default',
      '/state/demo/node-1/docker/overlay2/x/merged',
    ])
  })
})
