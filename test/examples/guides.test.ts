import { readFileSync, statSync } from 'node:fs'
import { expect } from 'chai'
import { inRoot } from './support'

const pages = [
  'nomad/README.md',
  'docs/guides/web-service.md',
  'docs/guides/stateful-service.md',
  'docs/guides/nightly-batch.md',
  'docs/guides/secrets.md',
  'docs/guides/move-from-hcl.md',
  'docs/guides/test-your-jobs.md',
]

/** Code of a page, with the file that it is an excerpt of. */
function excerpts(page: string): { code: string; file: string | undefined }[] {
  const text = readFileSync(inRoot(page), 'utf8')
  return [...text.matchAll(/(?:<!-- (\S+) -->\n\n)?^```ts\n(.*?)^```$/gms)].map(([, file, code]) => ({
    file,
    code: code ?? '',
  }))
}

/** Without what differs between a file and an excerpt of it: how far it is indented. */
const bare = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .join('\n')

describe('guides', () => {
  for (const page of pages) {
    it(`${page} shows code that runs: excerpts of examples`, () => {
      const found = excerpts(page)
      expect(found).not.to.have.length(0)
      for (const { code, file } of found) {
        if (file === undefined) throw new Error(`code without <!-- file --> above it:\n${code}`)
        expect(bare(readFileSync(inRoot(file), 'utf8')), `${file} has changed`).to.include(bare(code))
      }
    })
  }

  it("README's first example is whole", () => {
    const [first] = excerpts('nomad/README.md')
    expect(first?.code).to.equal(readFileSync(inRoot('examples/first/main.ts'), 'utf8'))
  })

  it('lead to pages that are there', () => {
    for (const page of [...pages, 'docs/guides/compared.md', 'examples/README.md']) {
      const links = [...readFileSync(inRoot(page), 'utf8').matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(
        ([, to]) => to ?? '',
      )
      for (const link of links.filter((to) => !to.startsWith('http'))) {
        const target = new URL(link, `file://${inRoot(page)}`)
        expect(() => statSync(target), `${page} leads to ${link}`).not.to.throw()
      }
    }
  })
})
