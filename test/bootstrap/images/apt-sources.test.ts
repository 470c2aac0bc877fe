import { expect } from 'chai'
import { parseAptSources } from '../../../bootstrap/images/apt-sources.js'

describe('parseAptSources', () => {
  it('reads one-line sources', () => {
    const text =
      '# deb http://no.example x main\ndeb [signed-by=/k] http://a.example/debian/ bookworm main contrib # x\ndeb-src http://a.example s main\n'
    expect(parseAptSources(text)).to.deep.equal([
      { uri: 'http://a.example/debian', suite: 'bookworm', components: ['main', 'contrib'] },
    ])
  })

  it('reads deb822 stanzas, each suite by itself', () => {
    const text =
      'Types: deb deb-src\n# comment\nURIs: http://a.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\n\nTypes: deb\nEnabled: no\nURIs: http://b.example\nSuites: s\nComponents: main\n'
    expect(parseAptSources(text)).to.deep.equal([
      { uri: 'http://a.example/debian', suite: 'bookworm', components: ['main'] },
      { uri: 'http://a.example/debian', suite: 'bookworm-updates', components: ['main'] },
    ])
  })
})
