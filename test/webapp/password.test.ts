import { expect } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PasswordFile } from '../../webapp/services/mysql/password.js'

describe('webapp, the password of MySQL in a file', () => {
  let folder: string
  let file: string
  let time = 0
  let logged: string[] = []
  const log = {
    info: (text: unknown) => void logged.push(String(text)),
    warn: (_: unknown, text?: string) => void logged.push(`warning: ${text}`),
  }
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shoal-password-'))
    file = join(folder, 'mysql_password')
    writeFileSync(file, 'one\n')
    time = 0
    logged = []
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const open = () => new PasswordFile(file, log, () => time)

  it('is read again, at most once a second', () => {
    const password = open()
    writeFileSync(file, 'two')
    time = 999
    expect(password.current()).to.equal('one')
    time = 1_000
    expect(password.current()).to.equal('two')
    expect(logged).to.have.length(1)
    expect(logged[0]).to.not.include('two')
  })

  it('stays what it was while the file can not be read, which is said once', () => {
    const password = open()
    rmSync(file)
    for (time = 1_000; time < 5_000; time += 1_000) expect(password.current()).to.equal('one')
    expect(logged).to.deep.equal(['warning: the password of MySQL can not be read again'])
    writeFileSync(file, 'two')
    time = 9_000
    expect(password.current()).to.equal('two')
  })

  it('must be there at the start', () => {
    writeFileSync(file, '\n')
    expect(open).to.throw(/given {4}an empty file\n {2}allowed .+\n {2}do /)
    rmSync(file)
    expect(open).to.throw(/given {4}.*ENOENT/)
  })
})
