import { readFileSync } from 'node:fs'
import { App, TerraformStack } from 'cdktf'
import { expect } from 'chai'
import fc from 'fast-check'
import { Change, Cpu, Docker, Job, literal, Memory, Restart, rules, Template } from '../../nomad'
import { anyText } from '../nomad/integration/random-spec'
import { nomad } from './support/cluster'
import { until } from './support/until'

interface Allocation {
  readonly ID: string
  readonly ClientStatus: string
  readonly TaskStates: Readonly<
    Record<string, { readonly Events: readonly { readonly DisplayMessage: string }[] }>
  > | null
}

/** What the container prints: each text in base64, as it got it. */
interface Printed {
  readonly environment: string[]
  readonly args: string[]
  readonly file: string
}

const separator = '\n--- next ---\n'

const script = `
const { readFileSync } = require('node:fs')
const code = (text) => Buffer.from(text).toString('base64')
const [, ...args] = process.argv
const environment = []
for (let i = 0; process.env['T' + i] !== undefined; i++) environment.push(code(process.env['T' + i]))
const file = readFileSync(process.env.NOMAD_TASK_DIR + '/texts').toString('base64')
console.log(JSON.stringify({ environment, args: args.map(code), file }))
`

describe('random strings, in a running container', function () {
  this.timeout(300_000)
  const id = `strings-${process.pid}`
  const seed = Number(process.env.SHOAL_SEED ?? Date.now() % 1e9)
  // what Nomad fills in is meant to be filled in: it is no plain text
  const plain = anyText.filter((text) => !/\$\{(?:NOMAD_|node\.|attr\.|meta\.|env)/.test(text))
  // A byte order mark is what reading a text once more drops first; after a carriage return it escapes no more.
  const texts = ['\uFEFF$${mark} %{if}', '\r%%{', 'a$\r$${b', ...fc.sample(plain, { seed, numRuns: 397 })]

  after(() => nomad(`/job/${id}?purge=true`, { method: 'DELETE' }))

  it(`arrive byte for byte in its environment, arguments and rendered template (seed ${seed})`, async () => {
    const images = JSON.parse(readFileSync(process.env.SHOAL_IMAGES ?? '', 'utf8')) as Record<string, string>
    const image = images.node ?? images.web ?? ''
    const job = new Job(new TerraformStack(new App(), 'strings'), id, {
      type: 'batch',
      silence: [...new Set(rules.map((rule) => rule.name))],
    })
    job.addGroup('group', { restart: Restart.never() }).addTask('print', {
      driver: Docker.image(image, { entrypoint: ['node', '-e', script, '--'], args: texts.map(literal) }),
      env: Object.fromEntries(texts.map((text, i) => [`T${i}`, text])),
      resources: { cpu: Cpu.mhz(50), memory: Memory.mebibytes(64) },
      templates: [Template.of(texts.join(separator), { destination: 'local/texts', onChange: Change.noop() })],
    })
    const parsed = await nomad<object>('/jobs/parse', {
      method: 'POST',
      body: JSON.stringify({ JobHCL: job.render().hcl, Canonicalize: true }),
    })
    await nomad('/jobs', { method: 'POST', body: JSON.stringify({ Job: parsed }) })

    const allocation = await until(
      'the container has ended',
      async () => {
        const all = await nomad<Allocation[]>(`/job/${id}/allocations`)
        return all.find((a) => a.ClientStatus === 'complete' || a.ClientStatus === 'failed')
      },
      { deadline: 120_000 },
    )
    const events = allocation.TaskStates?.print?.Events.map((event) => event.DisplayMessage).join('\n')
    expect(allocation.ClientStatus, events).to.equal('complete')
    const printed = await nomad<Printed>(
      `/client/fs/logs/${allocation.ID}?task=print&type=stdout&follow=false&plain=true`,
    )
    const read = (text: string) => Buffer.from(text, 'base64').toString()
    expect(printed.environment.map(read)).to.deep.equal(texts)
    expect(printed.args.map(read)).to.deep.equal(texts)
    expect(read(printed.file).split(separator)).to.deep.equal(texts)
  })
})
