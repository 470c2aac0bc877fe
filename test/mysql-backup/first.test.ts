import { expect } from 'chai'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bash } from './shell'

/** Consul as far as first.sh asks it: keys are files; each look at the state takes the next word of `states`, and the last one stays. */
const consul = `
. "$BACKUP_LIB/first.sh"
kv() {
  case "$1 $2" in
  'GET state?raw')
    read -r now rest <"$BACKUP_DIR/states"
    [[ -z $rest ]] || printf '%s\\n' "$rest" >"$BACKUP_DIR/states"
    printf '{"state": "%s"}' "$now" ;;
  'GET instances/?recurse') echo '[{}, {}, {}]' ;;
  GET*) [[ -e $BACKUP_DIR/key ]] && jq -c --argjson index 7 '[{ModifyIndex: $index, Value: (. | tojson | @base64)}]' "$BACKUP_DIR/key" ;;
  PUT*) printf '%s %s\\n' "$2" "$4" >"$BACKUP_DIR/put" && cat "$BACKUP_DIR/won" ;;
  esac
}
passing() { [[ $1 == mysql-primary ]] && echo 10.0.0.1 || cat "$BACKUP_DIR/replicas"; }
FIRST_INTERVAL=0
`

describe('images/mysql-backup, the first base backup', function () {
  this.timeout(30_000)
  let folder: string
  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  const key = (value: object): void => put('key', JSON.stringify(value))
  const now = (): number => Math.floor(Date.now() / 1000)
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shoal-backup-'))
    put('states', 'writable\n')
    put('replicas', '10.0.0.2\n10.0.0.3\n')
    put('won', 'true')
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const run = (script: string) => bash(folder, `${consul}\n${script}`)
  const await_group = (seconds: number) => run(`FIRST_PATIENCE=${seconds}; await_group && echo whole || echo nothing`)
  const claim = () => run('claim_first && echo mine || echo no').out.trim()

  it('is not made where the group has one', () => {
    key({ id: '20261122T030000Z-node-2' })
    expect(await_group(0)).to.include({ out: 'nothing\n', code: 0 })
  })

  it('waits until the group takes writes', () => {
    put('states', 'null blocked blocked writable\n')
    const { out, err } = await_group(20)
    expect(out).to.equal('whole\n')
    expect(err).to.include('waits until the group is whole (now: null)')
    expect(readFileSync(join(folder, 'states'), 'utf8')).to.equal('writable\n')
  })

  it('gives up, in four parts, where an instance stays away', () => {
    put('replicas', '10.0.0.2\n')
    const { out, err, code } = await_group(0)
    expect([out, code]).to.deep.equal(['', 1])
    expect(err).to.match(/is not whole\n {2}given {4}.+\n {2}allowed {2}.+\n {2}do {7}/)
  })

  it('is made by one node: the one whose claim Consul takes', () => {
    expect(claim()).to.equal('mine')
    expect(readFileSync(join(folder, 'put'), 'utf8'))
      .to.match(/^backup\/first\?cas=0 /)
      .and.include('"node":"node-1"')
    put('won', 'false')
    expect(claim()).to.equal('no')
  })

  it('is left to the node that claimed it, and taken over an hour later', () => {
    key({ node: 'node-2', epoch: now() - 3000 })
    expect(claim()).to.equal('no')
    key({ node: 'node-2', epoch: now() - 3700 })
    expect(claim()).to.equal('mine')
    expect(readFileSync(join(folder, 'put'), 'utf8')).to.match(/^backup\/first\?cas=7 /)
  })

  it('goes on with its own claim after a failure', () => {
    put('won', 'false')
    key({ node: 'node-1', epoch: now() - 100 })
    expect(claim()).to.equal('mine')
  })
})
