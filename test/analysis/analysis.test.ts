import { expect } from 'chai'
import { spawnSync } from 'node:child_process'

describe('analysis', function () {
  this.timeout(60_000)

  it('counts words, days and people (python3 -m unittest discover analysis)', function () {
    if (spawnSync('python3', ['--version']).status !== 0) this.skip()
    const { status, stderr } = spawnSync('python3', ['-B', '-m', 'unittest', 'discover', 'analysis'], {
      encoding: 'utf8',
    })
    expect(status, stderr).to.equal(0)
    expect(stderr).to.match(/Ran \d\d tests/)
  })
})
