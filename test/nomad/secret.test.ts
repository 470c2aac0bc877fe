import { Testing } from 'cdktf'
import { expect } from 'chai'
import { type Group, Job, type JobProps, NomadConstructsError, Secret, type Task } from '../../nomad'
import { minimal, newStack } from './support'

interface Policy {
  name: string
  rules_hcl: string
  job_acl: Record<string, string>
}

function given(act: (task: Task, group: Group, job: Job) => void, props: JobProps = {}, id = 'web') {
  const stack = newStack()
  const job = new Job(stack, id, props)
  const group = job.addGroup('group')
  const task = group.addTask('task', minimal)
  act(task, group, job)
  const text = Testing.synth(stack)
  const { resource } = JSON.parse(text) as {
    resource: { nomad_job: Record<string, { depends_on?: string[] }>; nomad_acl_policy?: Record<string, Policy> }
  }
  const policies = Object.values(resource.nomad_acl_policy ?? {})
  return { job, task, policies, policy: policies[0], nomadJob: Object.values(resource.nomad_job)[0], text }
}

const db = Secret.at('site/db', ['username', 'password'])

describe('Secret', () => {
  it('lets a task read it, and no more than that task', () => {
    const { policy, nomadJob } = given((task) => db.grantRead(task))
    expect(policy?.job_acl).to.deep.equal({ namespace: 'default', job_id: 'web', group: 'group', task: 'task' })
    expect(policy?.rules_hcl).to.equal(
      'namespace "default" {\n  variables {\n    path "site/db" {\n      capabilities = ["read"]\n    }\n  }\n}\n',
    )
    expect(nomadJob?.depends_on?.[0]).to.match(/^nomad_acl_policy\./)
  })

  it('lets a group or a whole job read it', () => {
    expect(given((_, group) => db.grantRead(group)).policy?.job_acl).to.deep.equal({
      namespace: 'default',
      job_id: 'web',
      group: 'group',
    })
    const { policy } = given((_, __, job) => db.grantRead(job))
    expect(policy?.job_acl).to.deep.equal({ namespace: 'default', job_id: 'web' })
    expect(policy?.name).to.equal('web-reads-site-db')
  })

  it('brings items into the environment, as the bytes that they are', () => {
    const { task } = given((t) => db.grantRead(t, { env: { DB_USER: 'username', DB_PASSWORD: 'password' } }))
    const [template] = task.toSpec().template ?? []
    expect(template).to.include({ destination: 'secrets/site-db.env', env: true })
    expect(template?.data).to.equal(
      'DB_USER={{with nomadVar "site/db"}}{{(index . "username").Value | toJSON}}{{end}}\n' +
        'DB_PASSWORD={{with nomadVar "site/db"}}{{(index . "password").Value | toJSON}}{{end}}\n',
    )
  })

  it('brings all items into a file of JSON', () => {
    const { task } = given((t) => db.grantRead(t, { json: 'secrets/db.json', uid: 10001 }))
    const [template] = task.toSpec().template ?? []
    expect(template).to.include({ destination: 'secrets/db.json', uid: 10001, perms: '0600' })
    expect(template?.data).to.equal(
      '{\n  "username": {{with nomadVar "site/db"}}{{(index . "username").Value | toJSON}}{{end}},\n' +
        '  "password": {{with nomadVar "site/db"}}{{(index . "password").Value | toJSON}}{{end}}\n}\n',
    )
  })

  it('makes one policy when it is granted twice', () => {
    const { policies } = given((task) => db.grantRead(task).grantRead(task, { env: { A: 'password' } }))
    expect(policies).to.have.length(1)
  })

  it('makes none where Nomad lets the job read it anyway, or where there are no ACLs', () => {
    for (const path of ['nomad/jobs', 'nomad/jobs/web', 'nomad/jobs/web/group', 'nomad/jobs/web/group/task']) {
      expect(given((task) => Secret.at(path, ['a']).grantRead(task)).policies, path).to.deep.equal([])
    }
    expect(given((_, __, job) => Secret.at('nomad/jobs/web/group', ['a']).grantRead(job)).policies).to.have.length(1)
    expect(given((task) => Secret.at('nomad/jobs/other', ['a']).grantRead(task)).policies).to.have.length(1)
    expect(given((task) => db.grantRead(task, { policy: false })).policies).to.deep.equal([])
  })

  it("follows namespaces: the job's, or the variable's own", () => {
    const job = given((task) => db.grantRead(task), { namespace: 'prod' })
    expect(job.policy?.rules_hcl).to.include('namespace "prod"')
    expect(job.policy?.job_acl['namespace']).to.equal('prod')
    const shared = Secret.at('site/db', ['password'], { namespace: 'shared' })
    const other = given((task) => shared.grantRead(task, { env: { P: 'password' } }), { namespace: 'prod' })
    expect(other.policy?.rules_hcl).to.include('namespace "shared"')
    expect(other.policy?.job_acl['namespace']).to.equal('prod')
    expect(other.task.toSpec().template?.[0]?.data).to.include('nomadVar "site/db@shared"')
  })

  it('names policies as Nomad takes them, each differently', () => {
    const names = [
      given((_, __, job) => db.grantRead(job)),
      given((_, __, job) => Secret.at('site-db', ['a']).grantRead(job)),
      given((_, __, job) => Secret.at('site_db', ['a']).grantRead(job)),
      given((_, __, job) => db.grantRead(job), { namespace: 'prod' }),
      given((_, group) => db.grantRead(group)),
      given((task) => db.grantRead(task)),
      given((_, __, job) => db.grantRead(job), { jobId: 'web.1' }),
      given((_, __, job) => Secret.at('x/'.repeat(60) + 'y', ['a']).grantRead(job)),
      given((_, __, job) => Secret.at('x/'.repeat(60) + 'z', ['a']).grantRead(job)),
    ].map(({ policy }) => policy?.name ?? '')
    for (const name of names) expect(name).to.match(/^[A-Za-z0-9-]{1,128}$/)
    expect(new Set(names).size).to.equal(names.length)
  })

  it('says what is wrong', () => {
    const fails = (act: () => void, text: string) => expect(act).to.throw(NomadConstructsError, text)
    fails(() => db.item('pasword'), "the variable 'site/db' has no item 'pasword'")
    fails(() => db.item('pasword'), "'username', 'password'")
    fails(() => Secret.at('site db', []), 'Nomad takes no variable of this path')
    fails(() => given((_, group) => db.grantRead(group, { env: { A: 'password' } })), 'only a task has an environment')
  })
})
