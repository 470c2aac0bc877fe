import { expect } from 'chai'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { releaseAddresses } from '../../../bootstrap/fleet/cni'
import { NodePaths } from '../../../bootstrap/fleet/paths'

describe('addresses of a killed node', () => {
  it("are given back, and nobody else's", async () => {
    const root = mkdtempSync(join(tmpdir(), 'shoal-cni-'))
    const folders = { reservations: join(root, 'addresses'), results: join(root, 'results') }
    const node = new NodePaths(join(root, 'node-1'))
    for (const folder of [folders.reservations, folders.results, join(node.nomad, 'alloc', 'mine')]) {
      mkdirSync(folder, { recursive: true })
    }
    writeFileSync(join(folders.reservations, '172.26.64.2'), 'mine\r\neth0')
    writeFileSync(join(folders.reservations, '172.26.64.3'), 'another\r\neth0')
    writeFileSync(join(folders.reservations, 'last_reserved_ip.0'), '172.26.64.3')
    writeFileSync(join(folders.results, 'nomad-mine-eth0'), '')
    await releaseAddresses(node, folders)
    expect(readdirSync(folders.reservations).sort()).to.deep.equal(['172.26.64.3', 'last_reserved_ip.0'])
    expect(readdirSync(folders.results)).to.deep.equal([])
    rmSync(root, { recursive: true })
  })
})
