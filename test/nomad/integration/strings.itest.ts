import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { expect } from 'chai'
import { App, Fn, TerraformStack } from 'cdktf'
import fc from 'fast-check'
import { join } from 'node:path'
import { Action, Driver, Job, Memory, NomadVariable, Parameterized, rules, Template } from '../../../nomad'
import { World } from '../../bootstrap/integration/provider/world'
import { anyText } from './random-spec'

interface Held {
  Meta: Record<string, string>
  UI: { Description: string }
  TaskGroups: [
    {
      Meta: Record<string, string>
      Constraints: { RTarget: string }[]
      Tasks: [
        {
          Meta: Record<string, string>
          Env: Record<string, string>
          Config: { args: string[]; nested: { text: string; list: string[]; map: { text: string }[] }[] }
          Templates: { EmbeddedTmpl: string }[]
          Actions: { Name: string; Args: string[] }[]
        },
      ]
    },
  ]
}

const perPlace = 100

/** `{ k0: ..., k1: ... }` */
const keyed = (texts: readonly string[]) => Object.fromEntries(texts.map((text, i) => [`k${i}`, text]))

/** A text that only Terraform knows when it applies. */
const fromTerraform = (text: string): string => Fn.base64decode(Buffer.from(text).toString('base64')) as string

describe('random strings, in what Nomad holds after terraform apply', function () {
  this.timeout(600_000)
  const world = new World()
  const seed = Number(process.env.SHOAL_SEED ?? Date.now() % 1e9)
  const texts = fc.sample(anyText, { seed, numRuns: 15 * perPlace })
  const place = (n: number) => texts.slice(n * perPlace, (n + 1) * perPlace)
  const keys = [...new Set(place(11).filter((text) => text !== ''))]

  before(() => world.start())
  after(() => world.stop())

  it(`arrive byte for byte: ${texts.length} in each kind of place (seed ${seed})`, () => {
    const app = new App({ outdir: join(world.folder, 'cdktf.out') })
    const stack = new TerraformStack(app, 'strings')
    new NomadProvider(stack, 'nomad', { address: world.nomadAddress })
    // what is dispatched doesn't run: the job is only held
    const job = new Job(stack, 'strings', {
      type: 'batch',
      parameterized: Parameterized.of(),
      meta: { ...keyed(place(0)), ...Object.fromEntries(keys.map((key) => [key, key])) },
      ui: { description: [...(texts[0] ?? '')].slice(0, 100).join('') },
      // nonsense in every place breaks many rules that are not about text
      silence: [...new Set(rules.map((rule) => rule.name))],
    })
    const group = job.addGroup('group', {
      meta: keyed(place(1)),
      raw: {
        constraint: place(2).map((value) => ({ attribute: '${attr.kernel.name}', operator: '!=', value: `x${value}` })),
      },
    })
    const chunks = Array.from({ length: perPlace }, (_, i) => i)
    group.addTask('task', {
      driver: Driver.of('raw_exec', {
        command: '/bin/true',
        args: [...place(3), ...place(4).map(fromTerraform)],
        nested: [{ text: texts[1], list: place(5), map: place(6).map((text) => ({ text })) }],
      }),
      resources: { memory: Memory.mebibytes(10) },
      env: keyed(place(7)),
      meta: keyed(place(8).map(fromTerraform)),
      templates: chunks.map((i) => Template.raw(`x${place(9)[i] ?? ''}`, { destination: `local/t${i}` })),
      actions: [Action.of('act', '/bin/true', place(10))],
    })
    // Terraform reads these itself, where a job's text is a file to it
    new NomadVariable(stack, 'settings', {
      path: 'strings',
      items: keyed(chunks.map((i) => `${place(12)[i]}${fromTerraform(place(13)[i] ?? '')}${place(14)[i]}`)),
    })
    app.synth()

    const folder = join(app.outdir, 'stacks/strings')
    const init = world.terraform(folder, 'init')
    expect(init.code, init.text).to.equal(0)
    const applied = world.terraform(folder, 'apply', '-auto-approve')
    expect(applied.code, applied.text.slice(-3000)).to.equal(0)

    const shown = world.nomad('operator', 'api', '-X', 'GET', '/v1/job/strings')
    const held = JSON.parse(shown.text) as Held
    const [heldGroup] = held.TaskGroups
    const [task] = heldGroup.Tasks
    expect(held.Meta).to.deep.equal({ ...keyed(place(0)), ...Object.fromEntries(keys.map((key) => [key, key])) })
    expect(heldGroup.Meta).to.deep.equal(keyed(place(1)))
    expect(heldGroup.Constraints.map((c) => c.RTarget)).to.deep.equal(place(2).map((text) => `x${text}`))
    expect(task.Config.args).to.deep.equal([...place(3), ...place(4)])
    const [nested] = task.Config.nested
    expect(nested?.text).to.equal(texts[1])
    expect(nested?.list).to.deep.equal(place(5))
    expect(nested?.map.map((entry) => entry.text)).to.deep.equal(place(6))
    expect(task.Env).to.deep.equal(keyed(place(7)))
    expect(task.Meta).to.deep.equal(keyed(place(8)))
    expect(task.Templates.map((template) => template.EmbeddedTmpl)).to.deep.equal(place(9).map((text) => `x${text}`))
    expect(task.Actions[0]?.Args).to.deep.equal(place(10))

    const settings = JSON.parse(world.nomad('operator', 'api', '-X', 'GET', '/v1/var/strings').text) as {
      Items: Record<string, string>
    }
    // Terraform composes what it puts together
    const together = chunks.map((i) =>
      [12, 13, 14]
        .map((n) => place(n)[i] ?? '')
        .join('')
        .normalize('NFC'),
    )
    expect(settings.Items).to.deep.equal(keyed(together))

    const again = world.terraform(folder, 'plan', '-detailed-exitcode')
    expect(again.code, again.text.slice(-3000)).to.equal(0)
  })
})
