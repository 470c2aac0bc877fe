import { expect } from 'chai'
import { Expression, renderHcl } from '../../nomad/hcl'

describe('the HCL writer', () => {
  it('writes blocks, labels, maps and alignment as nomad fmt leaves them', () => {
    const hcl = renderHcl({
      id: 'web',
      type: 'service',
      node_pool: 'small',
      meta: { owner: 'me', 'with.dot': 'x' },
      group: [
        {
          name: 'web',
          count: 2,
          network: [{ mode: 'bridge', port: [{ label: 'http', to: 8080 }, { label: 'any' }] }],
          task: [
            {
              name: 'server',
              driver: 'docker',
              config: { image: 'web:1', args: ['-v'], mount: [{ type: 'bind' }, { type: 'tmpfs' }] },
            },
          ],
        },
      ],
    })
    expect(hcl).to.equal(`job "web" {
  type      = "service"
  node_pool = "small"

  meta = {
    owner      = "me"
    "with.dot" = "x"
  }

  group "web" {
    count = 2

    network {
      mode = "bridge"

      port "http" {
        to = 8080
      }

      port "any" {}
    }

    task "server" {
      driver = "docker"

      config {
        image = "web:1"
        args  = ["-v"]

        mount {
          type = "bind"
        }

        mount {
          type = "tmpfs"
        }
      }
    }
  }
}
`)
  })

  it('declares variables, and writes expressions as they are', () => {
    const hcl = renderHcl({ id: 'x', group: [{ name: 'g', count: new Expression('var.count') }] }, [
      { name: 'count', type: 'number' },
    ])
    expect(hcl).to.match(/^variable "count" \{\n {2}type = number\n\}\n\njob "x" \{/)
    expect(hcl).to.contain('count = var.count')
  })

  it('breaks long lists into lines, and objects into entries', () => {
    const args = Array.from({ length: 12 }, (_, i) => `argument-${i}`)
    const hcl = renderHcl({
      id: 'x',
      group: [{ name: 'g', task: [{ name: 't', config: { args, opts: { a: 1, long_key: [true] } } }] }],
    })
    expect(hcl).to.contain('args = [\n          "argument-0",\n')
    expect(hcl).to.contain('opts = {\n          a        = 1\n          long_key = [true]\n        }')
  })

  it('says which label a task scaling policy has', () => {
    const scaling = [
      { type: 'vertical_cpu', max: 100 },
      { type: 'vertical_mem', max: 200 },
    ]
    const hcl = renderHcl({ id: 'x', group: [{ name: 'g', task: [{ name: 't', scaling }] }] })
    expect(hcl).to.contain('scaling "cpu" {\n        max = 100\n').and.contain('scaling "mem" {\n        max = 200\n')
  })

  it('writes maps in the order of their keys, so that equal jobs are equal text', () => {
    const one = renderHcl({ id: 'x', meta: { b: '2', a: '1' } })
    expect(one).to.equal(renderHcl({ id: 'x', meta: { a: '1', b: '2' } }))
  })

  it('refuses numbers that are none', () => {
    expect(() => renderHcl({ id: 'x', priority: Number.NaN })).to.throw('NaN is not a number')
  })
})
