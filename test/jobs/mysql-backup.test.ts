import { TerraformStack, Testing } from 'cdktf'
import { expect } from 'chai'
import { Constraint, Node } from '../../nomad'
import {
  MysqlArchive,
  MysqlBackup,
  MysqlFirstBackup,
  MysqlMaintenance,
  MysqlRestore,
  MysqlRotate,
} from '../../jobs/mysql'
import { onlyGroup, synthesize, task } from './support'

const image = 'r/mysql-backup:1'

describe('the jobs around backups of MySQL', () => {
  it('keep backups where instances are at home, and elsewhere when told', () => {
    const home = { attribute: '${meta.mysql}', operator: undefined, value: 'home' }
    for (const job of [MysqlArchive, MysqlBackup])
      expect(synthesize((s) => new job(s, 'x', { image })).spec.constraint).to.deep.include(home)
    const on = Constraint.where(Node.meta('backup'), '=', 'yes')
    expect(synthesize((s) => new MysqlBackup(s, 'x', { image, on })).spec.constraint).to.deep.equal([on.toSpec()])
  })

  it('back up each night, one run at a time, for 7 days', () => {
    const job = synthesize((s) => new MysqlBackup(s, 'mysql-backup', { image }))
    expect(job.spec.type).to.equal('sysbatch')
    expect(job.spec.periodic).to.include({ prohibit_overlap: true, enabled: true })
    expect(job.spec.periodic?.crons).to.deep.equal(['0 3 * * *'])
    expect(task(job, 'backup').env).to.include({ BACKUP_RETENTION_DAYS: '7', BACKUP_KEEP: '2' })
  })

  it('back up by a schedule of your own', () => {
    const own = { image, schedule: '0 * * * *', enabled: false, retentionDays: 30, keep: 5 }
    const job = synthesize((s) => new MysqlBackup(s, 'mysql-backup', own))
    expect(job.spec.periodic).to.include({ enabled: false }).and.have.deep.property('crons', ['0 * * * *'])
    expect(task(job, 'backup').env).to.include({ BACKUP_RETENTION_DAYS: '30', BACKUP_KEEP: '5' })
  })

  it('back up for the first time by themselves, once', () => {
    const job = synthesize((s) => new MysqlFirstBackup(s, 'mysql-backup-first', { image }))
    expect(job.spec.type).to.equal('sysbatch')
    expect(job.spec.periodic).to.equal(undefined)
    expect(task(job, 'backup').config).to.deep.include({ command: 'mysql-backup', args: ['first'] })
  })

  it('archive on every such node, without the volume of the instance', () => {
    const job = synthesize((s) => new MysqlArchive(s, 'mysql-archive', { image }))
    expect(job.spec.type).to.equal('system')
    expect(task(job, 'archive').volume_mount?.map((mount) => mount.volume)).to.deep.equal(['backup'])
    expect(task(job, 'archive').service?.[0]?.check?.[0]).to.include({ type: 'script', command: 'mysql-archive' })
  })

  it('restore when dispatched, with no more rights than to scale', () => {
    const job = synthesize((s) => new MysqlRestore(s, 'mysql-restore', { image }))
    expect(job.spec.parameterized).to.deep.include({ meta_required: ['at'], meta_optional: ['replace', 'without'] })
    // Wherever an instance may have left data: each node that has both volumes takes part.
    expect(job.spec.constraint ?? []).to.deep.equal([])
    expect(onlyGroup(job).volume?.map((volume) => volume.source)).to.deep.equal(['backup', 'mysql'])
    expect(onlyGroup(job).restart).to.deep.include({ attempts: 0 })
    const policies = Object.values(job.resources['nomad_acl_policy'] ?? {})
    const rules = policies.map((policy) => String(policy['rules_hcl'])).join('\n')
    expect(rules).to.include('["read-job", "scale-job"]').and.include('path "shoal/mysql"')
    expect(rules).to.not.include('submit-job')
    for (const policy of policies) expect(policy['job_acl']).to.include({ job_id: 'mysql-restore' })
  })

  it('read the passwords as a file that restarts nothing when it changes', () => {
    for (const [job, name] of [
      [MysqlArchive, 'archive'],
      [MysqlBackup, 'backup'],
      [MysqlRestore, 'restore'],
    ] as const) {
      const [template] =
        task(
          synthesize((s) => new job(s, 'x', { image })),
          name,
        ).template ?? []
      expect(template).to.include({ destination: 'secrets/mysql.json', change_mode: 'noop' })
    }
  })

  it('fit beside everything on a home of 2 GB: 32 MB always, 64 or 256 MB at times', () => {
    const memory = (job: typeof MysqlArchive | typeof MysqlBackup | typeof MysqlRestore, name: string) =>
      task(
        synthesize((s) => new job(s, 'x', { image })),
        name,
      ).resources?.memory
    expect(memory(MysqlArchive, 'archive')).to.equal(32)
    expect(memory(MysqlBackup, 'backup')).to.equal(64)
    expect(memory(MysqlRestore, 'restore')).to.equal(256)
  })

  it('rotate a password when dispatched, and may write just the two variables', () => {
    const { spec, resources } = synthesize((s) => new MysqlRotate(s, 'mysql-rotate', { image }))
    expect(spec.parameterized).to.deep.include({ meta_required: ['account'] })
    const rules = Object.values(resources['nomad_acl_policy'] ?? {}).map((policy) => String(policy['rules_hcl']))
    expect(rules).to.have.length(2)
    expect(rules.join('\n')).to.include('path "shoal/mysql"').and.include('path "shoal/web"')
  })

  it('are five jobs by one construct', () => {
    const stack = new TerraformStack(Testing.app(), 'stack')
    const all = new MysqlMaintenance(stack, 'mysql-maintenance', { image })
    const jobs = [all.archive, all.first, all.backup, all.restore, all.rotate]
    const ids = ['mysql-archive', 'mysql-backup-first', 'mysql-backup', 'mysql-restore', 'mysql-rotate']
    expect(jobs.map((job) => job.jobId)).to.deep.equal(ids)
    for (const job of jobs) expect(job.findings('error')).to.deep.equal([])
  })
})
