import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { startOf, STOP_SECONDS, stopIsOver } from '../../mysql-agent/stop.js'

describe('mysql-agent, a stop that was announced', () => {
  it('is over when another mysqld answers, or when it did not come', () => {
    const stop = { since: 100, of: '1 1' }
    expect(stopIsOver(stop, '1 1', 110)).to.equal(false)
    expect(stopIsOver(stop, '1 2', 110)).to.equal(true)
    // mysqld takes its socket away before it ends.
    expect(stopIsOver(stop, undefined, 110)).to.equal(false)
    expect(stopIsOver({ since: 100, of: undefined }, '1 1', 110)).to.equal(true)
    expect(stopIsOver(stop, '1 1', 101 + STOP_SECONDS)).to.equal(true)
  })

  it('knows a start by its socket', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stop-'))
    try {
      const socket = join(folder, 'mysqld.sock')
      expect(startOf(socket)).to.equal(undefined)
      writeFileSync(socket, '')
      const first = startOf(socket)
      expect(startOf(socket)).to.equal(first)
      writeFileSync(`${socket}.new`, '')
      rmSync(socket)
      writeFileSync(socket, '')
      expect(startOf(socket)).to.not.equal(first)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
