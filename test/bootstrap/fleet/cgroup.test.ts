import { expect } from 'chai'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Cgroup, cgroupVersion, parseMemoryStat } from '../../../bootstrap/fleet/cgroup'

const MB = 1024 * 1024

describe('the memory cgroup of a node', () => {
  let root: string
  const write = (file: string, text: string): void => {
    mkdirSync(join(root, file, '..'), { recursive: true })
    writeFileSync(join(root, file), text)
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'shoal-cgroup-'))
  })
  afterEach(() => rmSync(root, { recursive: true }))

  it('is v1 where the memory controller is mounted, also beside an empty v2', () => {
    write('memory/memory.limit_in_bytes', '0')
    write('cgroup.controllers', '')
    expect(cgroupVersion(root)).to.equal(1)
  })

  it('is v2 where memory is among its controllers', () => {
    write('cgroup.controllers', 'cpuset cpu io memory pids\n')
    expect(cgroupVersion(root)).to.equal(2)
  })

  it('is refused where there is none', () => {
    write('cgroup.controllers', 'cpu pids\n')
    expect(() => cgroupVersion(root)).to.throw('no memory cgroups')
  })

  it('limits memory under v1', async () => {
    const cgroup = new Cgroup('/shoal/demo/node-1', 1, root)
    await cgroup.create(2048)
    expect(readFileSync(join(cgroup.folder, 'memory.limit_in_bytes'), 'utf8')).to.equal(String(2048 * MB))
    expect(cgroup.procs).to.equal(join(root, 'memory/shoal/demo/node-1/cgroup.procs'))
    expect(cgroup.dockerParent).to.equal('/shoal/demo/node-1')
  })

  it('keeps agents and containers in groups of their own under v2', async () => {
    const cgroup = new Cgroup('/shoal/demo/node-1', 2, root)
    await cgroup.create(2048)
    expect(readFileSync(join(cgroup.folder, 'memory.max'), 'utf8')).to.equal(String(2048 * MB))
    expect(cgroup.procs).to.equal(join(root, 'shoal/demo/node-1/agents/cgroup.procs'))
    expect(cgroup.dockerParent).to.equal('/shoal/demo/node-1/docker')
    expect(existsSync(join(root, cgroup.dockerParent))).to.equal(true)
    for (const folder of ['', 'shoal', 'shoal/demo', 'shoal/demo/node-1']) {
      expect(existsSync(join(root, folder, 'cgroup.subtree_control')), folder).to.equal(true)
    }
  })

  it('counts processes of containers too', () => {
    write('memory/shoal/demo/node-1/cgroup.procs', '10\n11\n')
    write('memory/shoal/demo/node-1/abc/cgroup.procs', '12\n')
    expect(new Cgroup('/shoal/demo/node-1', 1, root).pids()).to.deep.equal([10, 11, 12])
  })

  it('tells memory with and without cached files, in v1', async () => {
    write('memory/n/memory.usage_in_bytes', String(300 * MB))
    write('memory/n/memory.limit_in_bytes', String(2048 * MB))
    write('memory/n/memory.stat', `inactive_file 1\ntotal_inactive_file ${100 * MB}\ntotal_active_file ${50 * MB}\n`)
    const memory = await new Cgroup('/n', 1, root).memory()
    expect(memory).to.deep.equal({ total: 300 * MB, withoutCache: 150 * MB, limit: 2048 * MB })
  })

  it('tells memory with and without cached files, in v2', async () => {
    write('n/memory.current', String(300 * MB))
    write('n/memory.max', String(2048 * MB))
    write('n/memory.stat', `inactive_file ${100 * MB}\nactive_file 0\n`)
    const memory = await new Cgroup('/n', 2, root).memory()
    expect(memory).to.deep.equal({ total: 300 * MB, withoutCache: 200 * MB, limit: 2048 * MB })
  })

  it('has no figures for a node that is dead', async () => {
    expect(await new Cgroup('/n', 1, root).memory()).to.equal(undefined)
  })

  it('reads memory.stat', () => {
    expect(parseMemoryStat('cache 5\nrss 7\n')).to.deep.equal({ cache: 5, rss: 7 })
  })
})
