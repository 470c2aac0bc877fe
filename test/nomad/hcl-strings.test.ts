import { parse } from '@cdktf/hcl2json'
import { expect } from 'chai'
import fc from 'fast-check'
import { Expression, renderHcl, Text, UnwritableText } from '../../nomad/hcl'
import { isWellFormed } from '../../nomad/hcl/strings'

/**
 * What HashiCorp's own HCL parser reads back; hcl2json writes `${` of a literal as `$${`, and keeps or drops the escape of
 * `%{` (so that is compared without; a test of its own covers it).
 */
async function readBack(texts: readonly string[]): Promise<string[]> {
  const meta = Object.fromEntries(texts.map((text, i) => [`t${i}`, text]))
  const parsed = (await parse('job.hcl', renderHcl({ id: 'x', meta }))) as {
    job: { x: [{ meta: [Record<string, string>] }] }
  }
  const read = parsed.job.x[0].meta[0]
  return texts.map((_, i) => (read[`t${i}`] ?? '').replace(/\$\$\{/g, '${').replace(/%+\{/g, '%{'))
}

const percent = (texts: readonly string[]) => texts.map((text) => text.replace(/%+\{/g, '%{'))

const nasty = [
  '${x}',
  '$${x}',
  '$$${x}',
  '%{ if x }',
  '%%{x}',
  '${',
  '$',
  '%',
  '{{ .x }}',
  '[[ .x ]]',
  '"quoted"',
  'back\\slash \\n \\u0041',
  'tab\t and cr\r\n',
  'two\nlines\n',
  'a\n\n\n',
  '\n',
  'EOT\nEOT\n  EOT2\n',
  '<<EOT\nx\nEOT\n',
  'trailing space \nx\n',
  '😀 é ß 日本',
  '\u0001\u001b[0m\u007f\u0085\u2028\ufeff',
  '${NOMAD_PORT_http}',
  '${NOMAD_PORT_http}}',
  '${NOMAD_PORT_http}   }\n',
  '$${NOMAD_PORT_http}',
  '${node.unique.name}-${attr.cpu.arch}',
  '${env["HOME"]}',
  '#!/bin/sh\necho "${HOME}" \\\n  | sed "s/%{x}/$1/"\n',
  '# comment // not /* one */\n',
  '',
]

const piece = fc.oneof(
  fc.constantFrom(
    '$',
    '{',
    '}',
    '%',
    '"',
    '\\',
    '\n',
    '\r',
    '\t',
    'EOT',
    ' ',
    '${',
    '%{',
    '$${',
    '~',
    'NOMAD_X',
    '${NOMAD_X}',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
)
const anyText = fc
  .array(piece, { maxLength: 12 })
  .map((pieces) => pieces.join('').replaceAll('\0', '').normalize('NFC'))
  .filter(isWellFormed)

describe('strings in HCL', () => {
  it('arrive byte for byte', async () => {
    expect(await readBack(nasty)).to.deep.equal(percent(nasty))
  })

  it('arrive byte for byte, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { minLength: 50, maxLength: 100 }), async (texts) => {
        expect(await readBack(texts)).to.deep.equal(percent(texts))
      }),
      { numRuns: 6 },
    )
  })

  it('are heredocs only where that is exactly reversible', () => {
    const hcl = renderHcl({ id: 'x', meta: { a: 'one\ntwo\n', b: 'one\ntwo', c: 'one\r\ntwo\r\n' } })
    expect(hcl).to.contain('a = <<EOT\none\ntwo\nEOT\n')
    expect(hcl).to.contain('b = "one\\ntwo"')
    expect(hcl).to.contain('c = "one\\r\\ntwo\\r\\n"')
  })

  it("keep Nomad's own references readable, where its parser hands them on unchanged", () => {
    const hcl = renderHcl({
      id: 'x',
      meta: { a: 'x ${NOMAD_PORT_http}:${node.unique.id}', b: '{${NOMAD_IP_x}}', c: '$${NOMAD_X}' },
    })
    expect(hcl).to.contain('"x ${NOMAD_PORT_http}:${node.unique.id}"')
    expect(hcl).to.contain('"{$${NOMAD_IP_x}}"')
    expect(hcl).to.contain('"$$${NOMAD_X}"')
  })

  it('escape directives', () => {
    const hcl = renderHcl({ id: 'x', meta: { a: '%{ if x }', b: '%%{', c: '100%' } })
    expect(hcl).to.contain('a = "%%{ if x }"').and.contain('b = "%%%{"').and.contain('c = "100%"')
  })

  it('hold expressions', () => {
    const text = new Text(['costs $', new Expression('var.price'), ' ${not}'])
    expect(renderHcl({ id: 'x', meta: { a: text } })).to.contain('a = "costs \\u0024${var.price} $${not}"')
  })

  it('refuse NUL, and half characters', () => {
    expect(() => renderHcl({ id: 'x', meta: { a: 'a\0b' } })).to.throw(UnwritableText, 'NUL character at offset 1')
    expect(() => renderHcl({ id: 'x', meta: { a: '\ud800' } })).to.throw(UnwritableText, 'surrogate')
  })
})
