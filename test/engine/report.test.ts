import { expect } from 'chai'
import { readArguments, UsageError } from '../../engine/src/cli/arguments.js'
import { diagnosticText, findingText } from '../../engine/src/cli/report.js'

describe('engine command line', () => {
  it('shows a diagnostic with its line, and a mark below it', () => {
    const text = diagnosticText(
      {
        severity: 'error',
        summary: 'Unsupported argument',
        detail: 'Did you mean "count"?',
        file: 'web.nomad.hcl',
        start: { line: 12, column: 4 },
        end: { line: 12, column: 9 },
        source: '\t  cuont = 2',
      },
      'other',
    )
    expect(text).to.equal(
      [
        'web.nomad.hcl:12:4: error: Unsupported argument',
        '  12 | \t  cuont = 2',
        '     | \t  ^^^^^',
        '  Did you mean "count"?',
      ].join('\n'),
    )
  })

  it('shows a diagnostic without a place', () => {
    expect(diagnosticText({ severity: 'warning', summary: 'Odd' }, 'a.hcl')).to.equal('a.hcl: warning: Odd')
  })

  it('shows a finding with its path', () => {
    const finding = { path: 'TaskGroups[web]', message: 'Missing tasks' }
    expect(findingText(finding, 'a.hcl', 'error')).to.equal('a.hcl: error: TaskGroups[web]: Missing tasks')
  })

  it('reads options', () => {
    const args = readArguments(['a.hcl', '--json', '--var', 'x=1', '--var', 'y=2', '-', '--no-strict'])
    expect(args).to.include({ json: true, strict: false, check: false, seed: 0 })
    expect(args.files).to.deep.equal(['a.hcl', '-'])
    expect(args.variables).to.deep.equal(['x=1', 'y=2'])
  })

  it('refuses unknown options, no files, and seeds that are no numbers', () => {
    expect(() => readArguments(['--jsno', 'a'])).to.throw(UsageError, '--jsno')
    expect(() => readArguments([])).to.throw(UsageError, 'no file given')
    expect(() => readArguments(['a', '--seed', 'x'])).to.throw(UsageError, 'got x')
  })
})
