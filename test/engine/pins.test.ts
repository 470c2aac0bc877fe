import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

const root = join(__dirname, '..', '..')

/** `module version` lines of a go.mod. */
function pins(file: string): Map<string, string> {
  const text = readFileSync(join(root, file), 'utf8')
  return new Map([...text.matchAll(/^\s+(\S+) (v\S+)/gmu)].map(([, module = '', version = '']) => [module, version]))
}

describe('engine Go modules', () => {
  it('are those that the Nomad binary is built of', () => {
    const ours = pins('engine/go/go.mod')
    const theirs = pins('bootstrap/toolchain/go/nomad/go.mod')
    expect(ours.get('github.com/hashicorp/nomad')).to.match(/^v1\./u)
    const different = [...ours].filter(([module, version]) => theirs.get(module) !== version)
    expect(different).to.deep.equal([])
  })
})
