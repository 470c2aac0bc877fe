import { expect } from 'chai'
import { askedBy, heldBy } from '../../scheduler/placement/ask'

const task = (Name: string, CPU: number, MemoryMB: number, Lifecycle?: { Hook: string; Sidecar?: boolean }) => ({
  Name,
  Resources: { CPU, MemoryMB },
  Lifecycle,
})

describe('what an allocation takes', () => {
  it('is the sum of tasks that run together', () => {
    const Tasks = [task('a', 100, 64), task('b', 50, 32), task('c', 10, 8, { Hook: 'poststart' })]
    expect(askedBy({ Name: 'g', Tasks }, 0)).to.deep.equal({ cpu: 160, memory: 104, disk: 300 })
  })

  it('is that of the largest phase: what ends before others start does not add up', () => {
    const before = { Hook: 'prestart' }
    const main = [task('main', 100, 100), task('proxy', 10, 20, { Hook: 'prestart', Sidecar: true })]
    const group = (init: number, after: number) => ({
      Name: 'g',
      Tasks: [...main, task('init', 500, init, before), task('tidy', 20, after, { Hook: 'poststop' })],
    })
    expect(askedBy(group(50, 50), 0)).to.include({ cpu: 510, memory: 120 })
    expect(askedBy(group(200, 50), 0)).to.include({ memory: 220 })
    expect(askedBy(group(50, 300), 0)).to.include({ memory: 300 })
  })

  it('counts whole cores for the whole time, and the disk that is asked for', () => {
    const Tasks = [
      { Name: 'a', Resources: { Cores: 2, CPU: 0, MemoryMB: 10 } },
      { Name: 'b', Resources: { Cores: 1, MemoryMB: 10 }, Lifecycle: { Hook: 'prestart' } },
      task('c', 100, 5),
    ]
    expect(askedBy({ Name: 'g', Tasks, EphemeralDisk: { SizeMB: 7 } }, 1330)).to.deep.equal({
      cpu: 4090,
      memory: 15,
      disk: 7,
    })
    expect(
      heldBy({
        Tasks: {
          a: { Cpu: { CpuShares: 2660, ReservedCores: [0, 1] }, Memory: { MemoryMB: 10 } },
          b: { Cpu: { CpuShares: 1330, ReservedCores: [2] }, Memory: { MemoryMB: 10 } },
          c: { Cpu: { CpuShares: 100, ReservedCores: null }, Memory: { MemoryMB: 5 } },
        },
        TaskLifecycles: { b: { Hook: 'prestart' }, a: null },
        Shared: { DiskMB: 7 },
      }),
    ).to.deep.equal({ cpu: 4090, memory: 15, disk: 7 })
  })

  it("is Nomad's default where a task says nothing", () => {
    expect(askedBy({ Name: 'g', Tasks: [{ Name: 'a' }] }, 0)).to.deep.equal({ cpu: 100, memory: 300, disk: 300 })
  })
})
