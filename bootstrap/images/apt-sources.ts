/** One archive that apt reads. */
export interface AptSource {
  readonly uri: string
  readonly suite: string
  readonly components: readonly string[]
}

/** The binary sources in a file of /etc/apt, in either of its two formats. */
export function parseAptSources(text: string): AptSource[] {
  return /^\s*Types:/im.test(text) ? parseDeb822(text) : parseLines(text)
}

function parseLines(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line)
    if (match === null) return []
    const [, uri = '', suite = '', components = ''] = match
    return [{ uri: trimSlash(uri), suite, components: words(components) }]
  })
}

function parseDeb822(text: string): AptSource[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const lines = stanza.split('\n').filter((line) => !line.startsWith('#'))
    const field = (name: string) => {
      const line = lines.find((line) => line.toLowerCase().startsWith(`${name}:`))
      return line === undefined ? [] : words(line.slice(line.indexOf(':') + 1))
    }
    if (!field('types').includes('deb') || field('enabled')[0] === 'no') return []
    return field('uris').flatMap((uri) =>
      field('suites').map((suite) => ({ uri: trimSlash(uri), suite, components: field('components') })),
    )
  })
}

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean)
const trimSlash = (uri: string): string => uri.replace(/\/+$/, '')
