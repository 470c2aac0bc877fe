import { expect } from 'chai'
import { spawnSync } from 'node:child_process'

describe('analysis', function () {
  this.timeout(60_000)

  it('counts words, days and people (python3 -m unittest discover analysis)', () => {
    const { status, stderr } = spawnSync('python3', ['-B', '-m', 'unittest', 'discover', 'analysis'], {
      encoding: 'utf8',
    })
    expect(status, stderr ?? 'python3 is missing: bootstrap/test installs it').to.equal(0)
    expect(stderr).to.match(/Ran \d\d tests/)
  })
})
