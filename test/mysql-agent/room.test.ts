import { expect } from 'chai'
import { setImmediate } from 'node:timers/promises'
import { FULL_BYTES, Room } from '../../mysql-agent/room.js'

describe('mysql-agent, room on the volume', () => {
  let bavail: number
  let asked: string[]
  let answer: (() => void) | undefined

  const room = (): Room =>
    new Room('/var/lib/mysql', async (path) => {
      asked.push(path)
      if (answer !== undefined) await new Promise<void>((resolve) => (answer = resolve))
      if (bavail < 0) throw new Error('no such file or directory')
      return { bavail, bsize: 4096 }
    })

  const seen = async (given: Room): Promise<Room> => {
    given.look()
    await setImmediate()
    return given
  }

  beforeEach(() => {
    asked = []
    answer = undefined
    bavail = FULL_BYTES / 4096
  })

  it('is full when less than FULL_BYTES are left', async () => {
    const given = await seen(room())
    expect(given).to.include({ freeBytes: FULL_BYTES, full: false })
    bavail--
    expect((await seen(given)).full).to.equal(true)
    bavail++
    expect((await seen(given)).full).to.equal(false)
  })

  it('is not full when nothing is known', async () => {
    expect(room()).to.include({ freeBytes: undefined, full: false })
    bavail = 0
    const given = await seen(room())
    bavail = -1
    expect(await seen(given)).to.include({ freeBytes: undefined, full: false })
  })

  it('is asked for once at a time: a file system that hangs gets no queue', async () => {
    answer = () => undefined
    const given = await seen(room())
    await seen(given)
    expect(asked).to.deep.equal(['/var/lib/mysql'])
    answer()
    await setImmediate()
    await seen(given)
    expect(asked).to.have.length(2)
    answer()
  })
})
