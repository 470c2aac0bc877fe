import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { TerraformVariable, Testing } from 'cdktf'
import { Duration, HclJob, Job } from '../../nomad'
import { JobFileError, type ParserOptions } from '../../nomad/import'
import { minimal, newStack } from './support'

const hcl = `# kept
variable "image" {}

job "legacy" {
  group "g" {
    update {
      progress_deadline = "20m"
    }
    task "t" {
      driver = "docker"
      config {
        image = var.image
        args  = ["\${NOMAD_PORT_http}", "%{x}"]
      }
    }
  }
}
`

interface Resource {
  readonly jobspec: string
  readonly detach: boolean
  readonly timeouts: { readonly create: string }
  readonly hcl2?: { readonly vars: Record<string, string> }
  readonly depends_on?: string[]
}

function resourcesOf(stack: ReturnType<typeof newStack>): Resource[] {
  const config = JSON.parse(Testing.synth(stack)) as { resource: { nomad_job: Record<string, Resource> } }
  return Object.values(config.resource.nomad_job)
}

describe('HclJob', () => {
  it('needs a text, and sends it as it is', () => {
    const stack = newStack()
    const job = new HclJob(stack, 'old', { text: hcl })
    expect(job.jobId).to.equal('legacy')
    expect(job.render()).to.deep.equal({ hcl, variables: {} })
    const [resource] = resourcesOf(stack)
    expect(resource?.jobspec).to.equal(hcl.replace('${', () => '$${').replace('%{', '%%{'))
    expect(resource).to.deep.include({ detach: false, timeouts: { create: '25m', update: '25m' } })
    expect(resource?.hcl2).to.equal(undefined)
  })

  it('takes everything', () => {
    const stack = newStack()
    const image = new TerraformVariable(stack, 'image', { type: 'string' })
    const job = new HclJob(stack, 'old', {
      text: hcl,
      variables: { image: image.stringValue, text: 'a ${b}', count: 3, list: ['${x}', true, null] },
      detach: true,
      purgeOnDestroy: false,
      rerunIfDead: true,
      timeout: Duration.minutes(1),
    })
    const [resource] = resourcesOf(stack)
    expect(job.detach).to.equal(true)
    expect(resource).to.deep.include({ detach: true, purge_on_destroy: false, rerun_if_dead: true })
    expect(resource?.timeouts.create).to.equal('1m')
    expect(resource?.hcl2?.vars).to.deep.equal({
      image: '${var.image}',
      text: 'a $${b}',
      count: '3',
      list: '["$$${x}",true,null]',
    })
  })

  it('is a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nomad-constructs-'))
    const path = join(folder, 'batch.nomad.hcl')
    writeFileSync(path, 'job "b" {\n  type = "batch"\n}\n')
    const job = new HclJob(newStack(), 'b', { path })
    expect([job.jobId, job.detach]).to.deep.equal(['b', true])
    rmSync(folder, { recursive: true })
  })

  it('waits for others, and others for it', () => {
    const stack = newStack()
    const old = new HclJob(stack, 'old', { text: hcl })
    const job = new Job(stack, 'new').dependsOn(old)
    job.addGroup('g').addTask('t', minimal)
    new HclJob(stack, 'last', { text: 'job "last" {}' }).dependsOn(job)
    const waits = resourcesOf(stack).map((r) => [
      /^job "(\w+)"/m.exec(r.jobspec)?.[1],
      ...(r.depends_on ?? []).map((d) => d.split('_resource')[0]),
    ])
    expect(waits).to.have.deep.members([['legacy'], ['new', 'nomad_job.old'], ['last', 'nomad_job.new']])
  })

  it('is read by whoever reads HCL', async () => {
    const asked: ParserOptions[] = []
    const parser = {
      parse: (_: string, options: ParserOptions) => {
        asked.push(options)
        return Promise.resolve({ ok: true as const, job: { ID: 'legacy' } })
      },
    }
    const job = new HclJob(newStack(), 'old', { text: hcl, variables: { image: 'x' } })
    expect(await job.parse(parser)).to.deep.equal({ ID: 'legacy' })
    expect(asked).to.deep.equal([{ variables: { image: 'x' }, path: 'old.nomad.hcl' }])
    const refusing = {
      parse: () =>
        Promise.resolve({
          ok: false as const,
          error: 'no',
          diagnostics: [{ summary: 'Bad', start: { line: 3, column: 2 } }],
        }),
    }
    const error = await job.parse(refusing).catch((e: unknown) => e)
    expect(error).to.be.instanceOf(JobFileError).with.property('message', 'old.nomad.hcl:3:2: Bad')
  })

  it('says at once what is wrong', () => {
    const stack = newStack()
    expect(() => new HclJob(stack, 'a', {})).to.throw('a job in HCL is a file or a text')
    expect(() => new HclJob(stack, 'b', { path: 'x', text: 'y' })).to.throw('a job in HCL is a file or a text')
    expect(() => new HclJob(stack, 'c', { path: '/nowhere.hcl' })).to.throw('there is no such job file')
    expect(() => new HclJob(stack, 'd', { text: 'group "g" {}' })).to.throw('the text has no job block')
  })
})
