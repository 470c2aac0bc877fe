import { expect } from 'chai'
import {
  Addresses,
  checkFleetName,
  checkNodeCount,
  chooseIndex,
  serverNumbers,
} from '../../../bootstrap/fleet/addresses'

describe('addresses of a fleet', () => {
  const addresses = new Addresses('demo', 7)

  it('follow from the name and the index', () => {
    expect(addresses.network).to.equal('198.18.7.0/24')
    expect(addresses.host).to.equal('198.18.7.1')
    expect(addresses.registry).to.equal('198.18.7.1:5117')
    expect(addresses.bridge).to.equal('shl-demo')
    expect(addresses.node(3)).to.equal('198.18.7.13')
    expect(addresses.namespace(3)).to.equal('shl-demo-3')
    expect(addresses.nodeName(3)).to.equal('demo-3')
  })

  it('give interface names that Linux takes, for the longest name and number', () => {
    expect(new Addresses('abcdefgh', 0).namespace(99)).to.have.lengthOf.at.most(15)
  })

  it('take names of one to eight letters and digits', () => {
    for (const name of ['a', 'shoal', 'abcdefg8']) expect(checkFleetName(name)).to.equal(name)
    for (const name of ['', '1a', 'Shoal', 'with-dash', 'ninechars', '../etc']) {
      expect(() => checkFleetName(name)).to.throw('this is not a name for a fleet')
    }
  })

  it('take 1 to 99 nodes', () => {
    expect(checkNodeCount(99)).to.equal(99)
    for (const count of [0, 100, 2.5, NaN]) expect(() => checkNodeCount(count)).to.throw('not a number of nodes')
  })

  it('make three servers where there are three nodes, else one', () => {
    expect([1, 2, 3, 5].map((nodes) => serverNumbers(nodes))).to.deep.equal([[1], [1], [1, 2, 3], [1, 2, 3]])
  })
})

describe('the index of a new fleet', () => {
  it('is the smallest that no fleet has and that is not routed', () => {
    expect(chooseIndex([], '')).to.equal(0)
    expect(chooseIndex([0, 1, 3], '')).to.equal(2)
    expect(chooseIndex([0], 'default via 10.0.0.1\n198.18.1.0/24 dev shl-other proto kernel\n')).to.equal(2)
  })

  it('is refused when all are taken', () => {
    const all = Array.from({ length: 256 }, (_, i) => i)
    expect(() => chooseIndex(all, '')).to.throw('every network of 198.18.0.0/16 is taken')
  })
})
