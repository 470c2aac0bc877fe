import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { base, bash, image, stream } from './shell'

const day = 86_400
/** Seconds since the epoch, taken for each test: files are loaded long before the last of them runs. */
let now = 0

/** What mysqlbinlog prints of a transaction of 100 bytes, as far as anybody reads it. */
const transaction = (at: number, gtid: string, microseconds: number): string => `# at ${at}
#261122 18:36:38 server id 1  end_log_pos ${at + 77} CRC32 0x0 \tGTID\tlast_committed=0\tsequence_number=1\trbr_only=yes\toriginal_committed_timestamp=${microseconds}\timmediate_commit_timestamp=${microseconds + 5}\ttransaction_length=100
SET @@SESSION.GTID_NEXT= '${gtid}'/*!*/;
# at ${at + 77}
COMMIT/*!*/;
`
const head = `DELIMITER /*!*/;
# at 4
#261122 18:36:38 server id 1  end_log_pos 127 CRC32 0x0 \tStart: binlog v 4
# at 127
#261122 18:36:38 server id 1  end_log_pos 198 CRC32 0x0 \tPrevious-GTIDs
# aaaa-1:1-5,
# bbbb-2:1-7
`

describe('images/mysql-backup, reading a binary log', function () {
  this.timeout(30_000)
  let folder: string
  before(() => (folder = mkdtempSync(join(tmpdir(), 'shoal-backup-'))))
  after(() => rmSync(folder, { recursive: true }))

  const awk = (input: string, settings: Readonly<Record<string, string | number>>): string => {
    const all = { size: 100_000, report: join(folder, 'report'), ...settings }
    const args = Object.entries(all).flatMap(([name, value]) => ['-v', `${name}=${value}`])
    return execFileSync('awk', [...args, '-f', join(image, 'lib/gtids.awk')], { input, encoding: 'utf8' })
  }
  const report = (): string => readFileSync(join(folder, 'report'), 'utf8').trim()
  const three =
    head +
    transaction(198, 'aaaa-1:6', 1000) +
    transaction(298, 'aaaa-1:7', 2000) +
    transaction(398, 'cccc-3:tag:1', 3000)

  it('says what was executed before the file', () => {
    expect(awk(three, { want: 'before' }).trim()).to.equal('aaaa-1:1-5,bbbb-2:1-7')
  })

  it('lists whole transactions as runs, and where they end', () => {
    expect(awk(three, { want: 'gtids' })).to.equal('aaaa-1:6-7,cccc-3:tag:1-1\n498\n')
    expect(awk(head, { want: 'gtids' })).to.equal('\n4\n')
  })

  it('does not count a transaction that is not all there', () => {
    expect(awk(three, { want: 'gtids', size: 497 })).to.equal('aaaa-1:6-7\n398\n')
    expect(awk(three, { want: 'gtids', size: 498 })).to.equal('aaaa-1:6-7,cccc-3:tag:1-1\n498\n')
  })

  it('ends before the first transaction that was committed at that moment or later', () => {
    const until = awk(three, { want: 'until', stop: 2000 })
    expect(until).to.include("'aaaa-1:6'").and.not.include("'aaaa-1:7'").and.not.include('cccc')
    expect(until.endsWith('DELIMITER ;\n')).to.equal(true)
    expect(report()).to.equal('1000 1 1')
    expect(awk(three, { want: 'until', stop: 2001 }))
      .to.include("'aaaa-1:7'")
      .and.not.include('cccc')
  })

  it('goes to the end without a moment, but not into half a transaction', () => {
    expect(awk(three, { want: 'until', stop: 0 })).to.include('cccc-3:tag:1')
    expect(report()).to.equal('3000 0 0')
    expect(awk(three, { want: 'until', stop: 0, size: 450 }))
      .to.include("'aaaa-1:7'")
      .and.not.include('cccc')
    expect(report()).to.equal('2000 0 1')
  })
})

describe('images/mysql-backup, what is kept and what it serves for', function () {
  beforeEach(() => (now = Math.floor(Date.now() / 1000)))
  this.timeout(30_000)
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'shoal-backup-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  const retain = (days: number, keep: number) => {
    const { code, err } = bash(folder, `. "$BACKUP_LIB/retention.sh"; retain ${days} ${keep}`)
    expect(code, err).to.equal(0)
  }
  const bases = () => readdirSync(join(folder, 'base')).sort()

  it('removes bases that are too old, but never the newest', () => {
    for (const [id, age] of [
      ['2a', 20],
      ['2b', 10],
      ['2c', 9],
      ['2d', 1],
    ] as const)
      base(folder, id, now - age * day)
    retain(7, 2)
    expect(bases()).to.deep.equal(['2c', '2d'])
    retain(7, 1)
    expect(bases()).to.deep.equal(['2d'])
  })

  it('removes the binary logs that no base needs', () => {
    base(folder, '2b', now - 2 * day)
    stream(folder, '20260101T000000Z-old', now, { 'binlog.000001': now - 5 * day, 'binlog.000002': now - 4 * day })
    stream(folder, '20260102T000000Z-new', now, {
      'binlog.000001': now - 3 * day,
      'binlog.000002': now - day,
      'binlog.000003': now,
    })
    retain(7, 2)
    expect(existsSync(join(folder, 'binlog/20260101T000000Z-old'))).to.equal(false)
    expect(readdirSync(join(folder, 'binlog/20260102T000000Z-new')).sort()).to.deep.equal([
      'binlog.000002',
      'binlog.000003',
      'state.json',
    ])
  })

  it('keeps all binary logs while there is no base', () => {
    stream(folder, '20260101T000000Z-old', now, { 'binlog.000001': now - 50 * day, 'binlog.000002': now })
    retain(7, 2)
    expect(readdirSync(join(folder, 'binlog/20260101T000000Z-old'))).to.have.length(3)
  })

  const plan = (second: number): Record<string, unknown> => {
    const { out, err, code } = bash(
      folder,
      `. "$BACKUP_LIB/archive.sh"; . "$BACKUP_LIB/restore-data.sh"; plan ${second * 1_000_000}`,
    )
    expect(code, err).to.equal(0)
    return JSON.parse(out) as Record<string, unknown>
  }

  it('restores from the newest base before the moment', () => {
    base(folder, '2a', now - 300)
    base(folder, '2b', now - 200)
    base(folder, '2c', now - 100)
    stream(folder, '20260101T000000Z-a', now - 5, {})
    expect(plan(now - 150)).to.deep.equal({ node: 'node-1', base: '2b', baseAt: now - 200, reach: now - 5 })
    expect(plan(now - 400))
      .to.have.property('problem')
      .that.includes('no base backup from before')
    expect(plan(now - 1))
      .to.have.property('problem')
      .that.includes('complete only up to')
    expect(plan(0)).to.include({ base: '2c' })
  })

  it('passes over a base with transactions that were found not to count, for moments after that', () => {
    base(folder, '2a', now - 300)
    writeFileSync(join(base(folder, '2b', now - 200), 'abandoned'), `${now - 100}\n`)
    stream(folder, '20260101T000000Z-a', now, {})
    expect(plan(now - 150)).to.include({ base: '2b' })
    expect(plan(now - 50)).to.include({ base: '2a' })
    writeFileSync(
      join(folder, 'binlog/abandoned.jsonl'),
      `{"at":${now - 100},"gtids":"aaaa:1-2"}\n{"at":${now - 10},"gtids":"bbbb:3"}\n`,
    )
    const by = (second: number) => bash(folder, `. "$BACKUP_LIB/archive.sh"; abandoned_by ${second}`).out.trim()
    expect([by(now - 150), by(now - 50), by(now)]).to.deep.equal(['', 'aaaa:1-2', 'aaaa:1-2,bbbb:3'])
  })

  it('gives a password to no command line, whatever is in it', () => {
    const password = 'a"b\\c\'d #e'
    writeFileSync(join(folder, 'mysql.json'), JSON.stringify({ backup_password: password }))
    const { out, err } = bash(folder, 'cat "$(options backup backup_password)"')
    expect(out, err).to.equal('[client]\nuser=backup\npassword="a\\"b\\\\c\'d #e"\n')
  })

  it('has programs whose syntax bash understands', () => {
    for (const part of ['bin', 'lib'])
      for (const name of readdirSync(join(image, part)).filter((file) => !file.endsWith('.awk')))
        execFileSync('bash', ['-n', join(image, part, name)])
  })
})

describe('images/mysql-backup, the check of an archive', function () {
  beforeEach(() => (now = Math.floor(Date.now() / 1000)))
  this.timeout(30_000)
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'shoal-backup-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  const check = () => bash(folder, `bash ${join(image, 'bin/mysql-archive')} check`)

  it('leaves a new archive the time for its first base backup', () => {
    stream(folder, '20261122T000000Z-node-1', now, {})
    writeFileSync(join(folder, '.archive.began'), String(now - 3600))
    expect(check()).to.include({ code: 0 })
    expect(check().out).to.contain('is none yet')
  })

  it('warns when there is still none a day later', () => {
    stream(folder, '20261122T000000Z-node-1', now, {})
    writeFileSync(join(folder, '.archive.began'), String(now - 2 * day))
    expect(check()).to.include({ code: 1 })
  })

  it('is critical when the binary logs are behind', () => {
    stream(folder, '20261122T000000Z-node-1', now - 3600, {})
    writeFileSync(join(folder, '.archive.began'), String(now))
    expect(check()).to.include({ code: 2 })
  })
})
