import { expect } from 'chai'
import { findings } from '../../engine/src/findings.js'

describe('engine findings', () => {
  it('gives each innermost line, with the groups and tasks above it as its path', () => {
    const text =
      'Task group web validation failed: 2 errors occurred:\n' +
      "\t* Task group count can't be negative\n" +
      '\t* Task server validation failed: 2 errors occurred:\n' +
      '\t* Missing task driver\n' +
      '\t* Missing task resources\n\n\n\n'
    expect(findings(text)).to.deep.equal([
      { path: 'TaskGroups[web]', message: "Task group count can't be negative" },
      { path: 'TaskGroups[web].Tasks[server]', message: 'Missing task driver' },
      { path: 'TaskGroups[web].Tasks[server]', message: 'Missing task resources' },
    ])
  })

  it('goes on with the outer list where an inner one ends', () => {
    const text =
      '2 errors occurred:\n\t* Task group a validation failed: 1 error occurred:\n\t* Missing tasks\n\n\n\t* Missing job name\n\n'
    expect(findings(text)).to.deep.equal([
      { path: 'TaskGroups[a]', message: 'Missing tasks' },
      { path: '', message: 'Missing job name' },
    ])
  })

  it('keeps what a heading says besides where', () => {
    const text =
      'Task group web validation failed: 1 error occurred:\n' +
      '\t* Task group network validation failed: 1 error occurred:\n\t* Port label http already in use\n\n\n\n'
    expect(findings(text)).to.deep.equal([
      {
        path: 'TaskGroups[web]',
        message: 'Task group network validation failed: Port label http already in use',
      },
    ])
  })

  it('keeps text that is no list as it is', () => {
    expect(findings('Missing job ID')).to.deep.equal([{ path: '', message: 'Missing job ID' }])
  })

  it('keeps the lines of one item together', () => {
    const text = '1 error occurred:\n\t* bad template:\n  line one\n  line two\n\n'
    expect(findings(text)).to.deep.equal([{ path: '', message: 'bad template:\n  line one\n  line two' }])
  })

  it('loses nothing where the counts lie', () => {
    expect(findings('9 errors occurred:\n\t* only one\n').map((f) => f.message)).to.deep.equal(['only one'])
  })
})
