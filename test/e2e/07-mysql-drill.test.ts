import { expect } from 'chai'
import { Drill } from '../../bench/failover/drill'
import { faults } from '../../bench/failover/faults'
import { Fleet } from '../../bench/failover/fleet/fleet'
import { healAll } from '../../bench/failover/heal'
import { random } from '../../bench/failover/plan'

/** The faults of the short drill, and whether the role must have moved. How long writes were blocked is bench/failover's to judge. */
const drilled: readonly (readonly [fault: string, moves: boolean])[] = [
  // What comes back soon may lead again before anybody else does: a process at once, a frozen or cut-off one after 12 to 15 s.
  ['kill-mysqld', false],
  ['kill-agent', false],
  ['switchover', true],
  ['stop-both', false],
  ['kill-container', false],
  ['cut-all', false],
  // It is away for 30 s: somebody else must lead long before, and its instance is started on another node meanwhile.
  ['kill-node', true],
]

describe('MySQL under faults, while rows are written and read', function () {
  this.timeout(300_000)
  let drill: Drill

  before(async () => {
    const fleet = new Fleet(process.env['SHOAL_FLEET'] ?? '')
    await healAll(fleet, () => undefined)
    const run = `e2e-${Date.now().toString(36)}`
    drill = new Drill({ fleet, run, random: random(1), frozen: 15, cut: 12 })
    await drill.start()
  })

  after(async () => {
    await drill.heal()
    await drill.stop()
  })

  for (const [i, [name, moves]] of drilled.entries()) {
    const fault = faults.find((one) => one.name === name)
    it(`${name}: no acknowledged row is lost or doubled, never two writable, and the group heals`, async () => {
      if (!fault) throw new Error(`the drill has no fault '${name}'`)
      const record = await drill.cycle(i + 1, fault)
      const { lost, doubled, invented, probes } = record
      console.log(
        `      ${record.primaryBefore} -> ${record.primaryAfter}, ${record.blocked.toFixed(1)} s without a writer, whole ${record.wholeAfter.toFixed(1)} s after, ${record.writes.acknowledged} rows`,
      )
      expect({ lost, doubled, invented, twoWritable: probes.twoWritable }).to.deep.equal({
        lost: 0,
        doubled: 0,
        invented: 0,
        twoWritable: 0,
      })
      expect(record.failures, record.notes.join('\n')).to.deep.equal([])
      if (moves) expect(record.primaryAfter, 'the primary').to.not.equal(record.primaryBefore)
    })
  }
})
