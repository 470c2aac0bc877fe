import { expect } from 'chai'
import { kept } from '../../bootstrap/preflight/kept'

describe('sudo', () => {
  it('lets through where things are and how the network is reached', () => {
    const env = {
      ...{ HOME: '/home/someone', SHOAL_STATE: '/data', https_proxy: 'http://proxy:3128', NO_PROXY: 'localhost' },
      ...{ NODE_EXTRA_CA_CERTS: '/etc/ssl/own.pem', npm_config_registry: 'http://registry' },
    }
    expect(kept(env)).to.have.members(Object.entries(env).map(([name, value]) => `${name}=${value}`))
  })

  it('keeps back the rest', () => {
    expect(kept({ NOMAD_TOKEN: 'secret', MY_HOME: '/x', HOMEPAGE: 'x', NODE_OPTIONS: '--inspect', CI: undefined })).to
      .be.empty
  })
})
