import { expect } from 'chai'
import fc from 'fast-check'
import { type Broken, Cluster, KINDS, type Event } from './cluster'

/** Evenly distributed events that follow from a seed: a failure is repeated by its seed alone (fast-check prints it). */
function* history(seed: number, length: number): Generator<Event> {
  let state = seed | 0
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  for (let at = 0; at < length; at++) yield [Math.floor(random() * KINDS), Math.floor(random() * 60), random()]
}

/** Plays a history; the cluster itself throws when a promise is broken. */
function play(size: number, seed: number, broken?: Broken): Cluster {
  const cluster = new Cluster(size, broken)
  for (const event of history(seed, 500)) cluster.step(event)
  return cluster
}

describe('mysql-agent, any interleaving of rounds, writes, crashes, cuts and promotions', function () {
  this.timeout(60_000)

  for (const size of [2, 3, 5])
    it(`${size} instances: one at most can acknowledge, and it has all that was acknowledged before`, () => {
      let acknowledgements = 0
      let handovers = 0
      let failovers = 0
      let fences = 0
      fc.assert(
        fc.property(fc.noBias(fc.integer()), (seed) => {
          const cluster = play(size, seed)
          acknowledgements += cluster.acknowledgements
          handovers += cluster.handovers
          failovers += cluster.failovers
          fences += cluster.fences
        }),
        { numRuns: 400 },
      )
      // The histories do something.
      expect(acknowledgements).to.be.above(500)
      expect(handovers).to.be.above(100)
      expect(failovers).to.be.above(100)
      expect(fences).to.be.above(3)
    })

  for (const broken of ['fence', 'choice', 'enter', 'left', 'base'] as const)
    it(`notices a broken ${broken}`, () => {
      const broke = (seed: number): boolean => {
        try {
          play(3, seed, broken)
          return false
        } catch {
          return true
        }
      }
      expect(Array.from({ length: 1500 }, (_, seed) => seed).some(broke)).to.equal(true)
    })
})
