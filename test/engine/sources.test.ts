import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { buildKey } from '../../engine/build/sources.js'

describe('engine build key', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'engine-key-'))
    mkdirSync(join(folder, 'sub'))
    writeFileSync(join(folder, 'sub', 'a.go'), 'package a')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('is the same for the same content', async () => {
    expect(await buildKey(folder, ['go1'])).to.equal(await buildKey(folder, ['go1']))
  })

  it('changes with content, names and words', async () => {
    const before = await buildKey(folder, ['go1'])
    expect(await buildKey(folder, ['go2'])).not.to.equal(before)
    writeFileSync(join(folder, 'sub', 'a.go'), 'package b')
    expect(await buildKey(folder, ['go1'])).not.to.equal(before)
    writeFileSync(join(folder, 'sub', 'a.go'), 'package a')
    writeFileSync(join(folder, 'b.go'), '')
    expect(await buildKey(folder, ['go1'])).not.to.equal(before)
  })
})
