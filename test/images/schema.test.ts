import { expect } from 'chai'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const program = 'images/schema/src/CqlScript.java'

describe('images/schema CqlScript', function () {
  this.timeout(60_000)
  let directory: string

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'shoal-cql-'))
    execFileSync('javac', ['-d', directory, program])
  })

  after(() => {
    if (directory) rmSync(directory, { recursive: true })
  })

  const statements = (...files: string[]) => {
    const { stdout, stderr, status } = spawnSync('java', ['-Xshare:auto', '-cp', directory, 'CqlScript', ...files], {
      encoding: 'utf8',
    })
    return { lines: stdout.trim().split('\n'), stderr, status }
  }

  const script = (text: string) => {
    const file = join(directory, '001-test.cql')
    writeFileSync(file, text)
    return statements(file)
  }

  it('splits at semicolons outside of quotes and comments', () => {
    const { lines } = script(`-- one; two
      INSERT INTO t (a) VALUES ('it''s; -- text'); /* no; */ // no;
      UPDATE "odd;name" SET a = $$ b; c $$;
      ;`)
    expect(lines.slice(1)).to.deep.equal([
      `  INSERT INTO t (a) VALUES ('it''s; -- text')`,
      '  UPDATE "odd;name" SET a = $$ b; c $$',
    ])
    expect(lines[0]).to.match(/^001-test [0-9a-f]{64}$/)
  })

  it('refuses statements that can not be repeated, and says how to write them', () => {
    for (const statement of ['CREATE TABLE t (a int PRIMARY KEY)', 'DROP TABLE t', 'ALTER TABLE t ADD b int']) {
      const { status, stderr } = script(`${statement};`)
      expect(status, statement).to.equal(1)
      expect(stderr).to.match(/can't be repeated[\s\S]*given[\s\S]*IF NOT EXISTS/)
    }
    expect(script('ALTER TABLE t ADD IF NOT EXISTS b int;').status).to.equal(0)
  })

  it('reads every migration of the platform', () => {
    const folder = 'jobs/cassandra/schema'
    const files = readdirSync(folder).sort()
    expect(files).to.satisfy((names: string[]) => names.every((name) => /^\d{3}-[a-z-]+\.cql$/.test(name)))
    const { status, lines } = statements(...files.map((name) => join(folder, name)))
    expect(status).to.equal(0)
    expect(lines.join('\n')).to.contain('posts.posts_by_author').and.to.contain('analysis.word_counts')
  })
})
