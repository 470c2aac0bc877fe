import { expect } from 'chai'
import { refused } from '../../../bootstrap/fleet/registration-log'

const start = '==> Starting Nomad agent...\n'
const error =
  '    2026-11-22T22:16:04.864Z [ERROR] client: error registering: error="rpc error: failed to sign node identity claims: keyring has not been initialized yet"\n'
const complete = '    2026-11-22T22:16:04.913Z [INFO]  client: node registration complete\n'

describe('a Nomad client that was refused', () => {
  it('is known by its log', () => {
    expect(refused(start + error)).to.equal(true)
    expect(refused(start + complete)).to.equal(false)
    expect(refused('')).to.equal(false)
  })

  it('is one whose last start was refused, not one before', () => {
    expect(refused(start + error + start)).to.equal(false)
    expect(refused(start + error + start + error)).to.equal(true)
  })
})
