import { expect } from 'chai'
import {
  Change,
  consulTemplate,
  ConsulTemplate,
  Duration,
  Env,
  env,
  key,
  nomadServices,
  nomadVar,
  services,
  Template,
} from '../../nomad'

describe('consulTemplate', () => {
  it('composes text with what Consul and Nomad know', () => {
    const backends = consulTemplate`backend web
${services('web').each((s) => consulTemplate`  server ${s.id} ${s.address}:${s.port} check\n`, '  # none\n')}port ${8080} ${key('a/b', 'none')} ${nomadVar('shoal/web', 'pw')} ${env('HOME')}
`
    expect(backends.render()).to.equal(`backend web
{{range service "web"}}  server {{.ID}} {{.Address}}:{{.Port}} check
{{else}}  # none
{{end}}port 8080 {{keyOrDefault "a/b" "none"}} {{with nomadVar "shoal/web"}}{{index . "pw"}}{{end}} {{env "HOME"}}
`)
    expect(
      services('web', { tag: 'v1', filter: 'any' })
        .each((s) => s.meta('zone'))
        .render(),
    ).to.equal('{{range service "v1.web" "any"}}{{index .ServiceMeta "zone"}}{{end}}')
    expect(
      nomadServices('db')
        .each((s) => s.node)
        .render(),
    ).to.equal('{{range nomadService "db"}}{{.Node}}{{end}}')
  })

  it('takes text byte for byte, also where texts and actions meet', () => {
    expect(consulTemplate`{{ not }} ${'{{ this }}'}`.render()).to.equal('{{`{{`}} not }} {{`{{`}} this }}')
    expect(ConsulTemplate.concat('{', '{').render()).to.equal('{{`{{`}}')
    expect(consulTemplate`{${key('k')}}`.render()).to.equal('{{`{`}}{{key "k"}}}')
    expect(ConsulTemplate.literal('a {{ b').render('[[', ']]')).to.equal('a {{ b')
    expect(key('a"b\\').render()).to.equal('{{key "a\\"b\\\\"}}')
  })
})

describe('Template', () => {
  it('needs content and a destination', () => {
    expect(Template.of('x', { destination: 'local/x' }).toSpec()).to.deep.include({ data: 'x', destination: 'local/x' })
    expect(Template.raw('{{ key "x" }}', { destination: 'local/x' }).toSpec().data).to.equal('{{ key "x" }}')
    expect(Template.fromFile('local/a.tpl', { destination: 'local/a' }).toSpec().source).to.equal('local/a.tpl')
  })

  it('takes everything', () => {
    const spec = Template.of('[[ x', {
      destination: `${Env.allocDir}/x`,
      onChange: Change.script('/bin/reload', { args: ['-f'], timeout: Duration.seconds(20), failOnError: true }),
      env: true,
      perms: '0600',
      uid: 1,
      gid: 2,
      once: true,
      splay: Duration.seconds(1),
      wait: { min: Duration.seconds(1), max: Duration.seconds(10) },
      errorOnMissingKey: true,
      leftDelimiter: '[[',
      rightDelimiter: ']]',
    }).toSpec()
    expect(spec).to.deep.include({
      data: '[[`[[`]] x',
      destination: '${NOMAD_ALLOC_DIR}/x',
      change_mode: 'script',
      change_script: { command: '/bin/reload', args: ['-f'], timeout: '20s', fail_on_error: true },
      perms: '0600',
      wait: { min: '1s', max: '10s' },
      left_delimiter: '[[',
    })
    expect(Template.of('', { destination: 'x', onChange: Change.signal('SIGHUP') }).toSpec()).to.include({
      change_signal: 'SIGHUP',
    })
    expect(Template.of('', { destination: 'x', onChange: Change.noop() }).toSpec().change_mode).to.equal('noop')
  })
})
