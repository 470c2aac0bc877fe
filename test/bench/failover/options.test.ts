import { expect } from 'chai'
import { faults } from '../../../bench/failover/faults'
import { rulesOf } from '../../../bench/failover/fleet/packets'
import { helpText, readOptions } from '../../../bench/failover/options'

describe("the drill's command line", () => {
  it('has a usual value for all but the fleet', () => {
    const options = readOptions(['--fleet', 'drill'])
    expect(options).to.include({ fleet: 'drill', cycles: 50, seed: 1, frozen: 30, cut: 20, heal: false })
    expect(options.faults).to.have.length(faults.length - 1)
    expect(options.faults, 'done only when it is named').to.not.include('sabotage')
  })

  it('takes some faults only', () => {
    expect(readOptions(['--fleet', 'f', '--faults', 'kill-node,cut-all']).faults).to.deep.equal([
      'kill-node',
      'cut-all',
    ])
  })

  it('says what is wrong', () => {
    expect(() => readOptions([])).to.throw('which fleet?')
    expect(() => readOptions(['--fleet', 'f', '--faults', 'nap'])).to.throw('there is no such fault')
    expect(() => readOptions(['--fleet', 'f', '--cycles', 'many'])).to.throw('--cycles is not a number')
    expect(() => readOptions(['--fleet', 'f', '--what'])).to.throw('--what')
  })

  it('names every fault in its help, each by a name of its own', () => {
    for (const { name } of faults) expect(helpText()).to.include(name)
    expect(new Set(faults.map(({ name }) => name)).size).to.equal(faults.length)
  })
})

describe('the rules of a partition', () => {
  it('drop everything, both ways', () => {
    expect(rulesOf({}).map((rule) => rule.join(' '))).to.deep.equal([
      '-A SHOAL-DRILL-IN -j DROP',
      '-A SHOAL-DRILL-OUT -j DROP',
    ])
  })

  it('drop one direction', () => {
    expect(rulesOf({ direction: 'in' }).map((rule) => rule.join(' '))).to.deep.equal(['-A SHOAL-DRILL-IN -j DROP'])
  })

  it('drop ports of peers, at either end, in both protocols', () => {
    const rules = rulesOf({ peers: ['10.0.0.1', '10.0.0.2'], ports: [3310] }).map((rule) => rule.join(' '))
    expect(rules).to.have.length(16)
    expect(rules[0]).to.equal('-A SHOAL-DRILL-IN -s 10.0.0.1 -p tcp --sport 3310 -j DROP')
    expect(rules).to.include('-A SHOAL-DRILL-OUT -d 10.0.0.2 -p udp --dport 3310 -j DROP')
  })
})
