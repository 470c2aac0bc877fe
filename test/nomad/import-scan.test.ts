import { expect } from 'chai'
import { type Block, scan } from '../../nomad/import/scan'
import { Source } from '../../nomad/import/source'

/** A block without its lines, for comparison. */
function outline(block: Block): unknown {
  return {
    [[block.type, ...block.labels].join(' ')]: [
      ...block.attributes.map((a) => `${a.name} = ${a.source}${a.comments.map((c) => ` # ${c}`).join('')}`),
      ...block.blocks.map(outline),
      ...block.comments.map((c) => `# ${c}`),
    ],
  }
}

describe('the outline of HCL', () => {
  it('is empty for an empty file', () => {
    expect(outline(scan(''))).to.deep.equal({ '': [] })
    expect(outline(scan('job "a" {}'))).to.deep.equal({ '': [{ 'job a': [] }] })
  })

  it('has blocks, labels and attributes, on one line or many', () => {
    const file = scan(`job "a" {
  type = "batch"
  group "g" { network { port "http" { to = 80 } } }
  meta = {
    a = "b", c = [1,
      2]
  }
}
`)
    expect(outline(file)).to.deep.equal({
      '': [
        {
          'job a': [
            'type = "batch"',
            'meta = {\n    a = "b", c = [1,\n      2]\n  }',
            { 'group g': [{ network: [{ 'port http': ['to = 80'] }] }] },
          ],
        },
      ],
    })
    expect(file.blocks[0]?.attributes[1]?.line).to.equal(4)
  })

  it('is not misled by what texts, interpolations and heredocs hold', () => {
    const file = scan(`job "a" {
  a = "} # no comment \\" {"
  b = "\${upper("}")} $\${ {"
  c = <<-EOT
    } # text
    EOTX
  EOT
  d = [<<X
}
X
  , 2]
  e = 1
}`)
    const names = file.blocks[0]?.attributes.map((a) => a.name)
    expect(names).to.deep.equal(['a', 'b', 'c', 'd', 'e'])
    expect(file.blocks[0]?.comments).to.deep.equal([])
  })

  it('keeps comments with what they are about', () => {
    const file = scan(`# licence

// the job
# in two lines
job "a" { # behind
  # a number
  priority = 50 # of fifty
  /* a
   * group
   */
  group "g" {
    count = 1
    # at the end
  } // after
  datacenters = [
    "dc1", # inside
  ]
}
`)
    expect(file.comments).to.deep.equal(['licence', ''])
    expect(outline(file.blocks[0] as Block)).to.deep.equal({
      'job a': [
        'priority = 50 # a number # of fifty',
        'datacenters = [\n    "dc1", # inside\n  ] # inside',
        { 'group g': ['count = 1', '# a', '# group', '# at the end', '# after'] },
        '# the job',
        '# in two lines',
        '# behind',
      ],
    })
  })

  it('hands each comment out once, and takes back what came to nothing', () => {
    const source = new Source(scan('job "a" {\n # one\n x = 1\n y { # two\n z = 2 # three\n }\n}'))
    expect(
      source.attempt(() => {
        source.takeComments(source.job, 'y')
        return undefined
      }),
    ).to.equal(undefined)
    expect(source.takeComments(source.job, 'x')).to.deep.equal(['one'])
    expect(source.takeComments(source.job, 'x')).to.deep.equal([])
    expect(source.takeComments(source.job, 'y')).to.deep.equal(['two', 'three'])
  })

  it('knows which attributes are written, also by dynamic blocks', () => {
    const source = new Source(scan('job "a" {\n dynamic "group" {\n content {\n count = 1\n }\n }\n type = "batch"\n}'))
    expect(source.has(source.job, 'job', 'type')).to.equal(true)
    expect(source.has(source.job, 'job', 'region')).to.equal(false)
    expect(source.has(undefined, 'group', 'count')).to.equal(true)
    expect(source.hasBlock(source.job, 'job', 'group')).to.equal(true)
    expect(source.children(source.job, 'group', ['g'])).to.deep.equal([undefined])
  })
})
