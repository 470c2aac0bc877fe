import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { expect } from 'chai'
import { type TerraformStack, Testing } from 'cdktf'
import { Count, type GroupProps, Job, type JobProps, judgeJob, type VariableValue } from '../../nomad'
import { minimal, newStack } from './support'

interface Synthesized {
  readonly data?: {
    readonly nomad_allocations: Record<string, Record<string, unknown>>
    readonly nomad_job: Record<string, Record<string, unknown>>
  }
  readonly resource: {
    readonly nomad_job: Record<string, { jobspec: string; hcl2?: { vars: Record<string, string> } }>
  }
}

function add(stack: TerraformStack, group: GroupProps, props: JobProps = {}): Job {
  const job = new Job(stack, 'web', props)
  job.addGroup('group', group).addTask('task', minimal)
  return job
}

function synth(stack: TerraformStack) {
  const { data, resource } = JSON.parse(Testing.synth(stack)) as Synthesized
  const [job] = Object.values(resource.nomad_job)
  const [name, read] = Object.entries(data?.nomad_job ?? {})[0] ?? []
  const [listName, list] = Object.entries(data?.nomad_allocations ?? {})[0] ?? []
  return { data, job, name, read, listName, list }
}

describe('a preserved count', () => {
  it('is read from Nomad where the job is there, and begins with scaling.min', () => {
    const stack = newStack()
    add(stack, { count: Count.preserved(), scaling: { min: 2, max: 9 } })
    const { job, name, read, listName, list } = synth(stack)
    expect(list).to.include({ namespace: 'default', filter: 'JobID == "web"' })
    expect(read).to.include({ job_id: 'web', namespace: 'default' })
    expect(read?.count).to.equal(`\${length(data.nomad_allocations.${listName}.allocations) > 0 ? 1 : 0}`)
    expect(job?.jobspec).to.contain('count = var.group_count')
    const groups = `data.nomad_job.${name}[0].task_groups`
    expect(job?.hcl2?.vars).to.deep.equal({
      group_count: `\${max(2, min(9, try([for group in ${groups} : group.count if group.name == "group"][0], 2)))}`,
    })
  })

  it('begins with what it is told, and needs no scaling block', () => {
    const stack = newStack()
    add(stack, { count: Count.preserved({ initial: 3 }) })
    expect(synth(stack).job?.hcl2?.vars.group_count).to.match(/^\$\{try\(\[.*\]\[0\], 3\)\}$/)
    const one = newStack()
    add(one, { count: Count.preserved() })
    expect(synth(one).job?.hcl2?.vars.group_count).to.contain('[0], 1)')
  })

  it("asks the job's own namespace, by the job's own provider and id", () => {
    const stack = newStack()
    const provider = new NomadProvider(stack, 'eu', { address: 'http://127.0.0.1:1', alias: 'eu' })
    add(stack, { count: Count.preserved() }, { namespace: 'shop', jobId: 'shop-web', provider })
    const { read, list } = synth(stack)
    expect(list).to.deep.include({ namespace: 'shop', filter: 'JobID == "shop-web"', provider: 'nomad.eu' })
    expect(read).to.deep.include({ namespace: 'shop', job_id: 'shop-web', provider: 'nomad.eu' })
    const raw = newStack()
    add(raw, { count: Count.preserved() }, { raw: { namespace: 'shop' } })
    expect(synth(raw).read).to.include({ namespace: 'shop' })
  })

  it('is of each group for itself', () => {
    const stack = newStack()
    const job = add(stack, { count: Count.preserved() })
    job.addGroup('other', { count: Count.preserved({ initial: 5 }) }).addTask('task', minimal)
    const vars = synth(stack).job?.hcl2?.vars
    expect(Object.keys(vars ?? {})).to.deep.equal(['group_count', 'group_count_2'])
    expect(vars?.group_count).to.contain('"group"').and.contain('[0], 1)')
    expect(vars?.group_count_2).to.contain('"other"').and.contain('[0], 5)')
  })

  it('asks nothing of Nomad where the count is a number', () => {
    const stack = newStack()
    add(stack, { count: 2, scaling: { min: 1, max: 3 } })
    expect(synth(stack).data).to.equal(undefined)
  })

  it('is a whole number', () => {
    for (const initial of [-1, 1.5, NaN]) {
      expect(() => Count.preserved({ initial })).to.throw(RangeError, 'Expected a whole number of allocations')
    }
    expect(Count.preserved({ initial: 0 }).initial).to.equal(0)
  })

  it('is judged with a number that the bounds allow', async () => {
    const asked: (Readonly<Record<string, VariableValue>> | undefined)[] = []
    const job = add(newStack(), { count: Count.preserved({ initial: 4 }), scaling: { min: 3, max: 9 } })
    await judgeJob(job, {
      check: (_, { variables }) => {
        asked.push(variables)
        return { parsed: { ok: true } }
      },
    })
    expect(asked).to.deep.equal([{ group_count: 4 }])
  })

  it('is what the rule about scaling asks for', () => {
    const scaling = { min: 1, max: 3 }
    const rules = (group: GroupProps) =>
      add(newStack(), group)
        .findings()
        .map((f) => f.rule)
    expect(rules({ count: Count.preserved(), scaling })).to.deep.equal([])
    expect(rules({ count: 2, scaling })).to.deep.equal(['count-reset'])
    expect(rules({ scaling })).to.deep.equal(['count-reset'])
    expect(rules({ count: 2 })).to.deep.equal([])
  })
})
