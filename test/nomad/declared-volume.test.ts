import { Testing } from 'cdktf'
import { expect } from 'chai'
import { Constraint, CsiVolume, ExistingVolume, HostVolume, Job, Node, NomadConstructsError, Size } from '../../nomad'
import { minimal, newStack } from './support'

type Resources = Record<string, Record<string, Record<string, unknown>>>

function given() {
  const stack = newStack()
  const job = new Job(stack, 'db')
  const group = job.addGroup('db', { count: 1 })
  const task = group.addTask('postgres', minimal)
  const synth = () => (JSON.parse(Testing.synth(stack)) as { resource: Resources }).resource
  return { stack, job, group, task, synth }
}

describe('HostVolume', () => {
  it('makes the volume, the volume of the group and the mount of the task', () => {
    const { stack, group, task, job, synth } = given()
    new HostVolume(stack, 'data').mountIn(task, '/var/lib/postgresql')
    const { nomad_dynamic_host_volume: volumes, nomad_job: jobs } = synth()
    expect(Object.values(volumes ?? {})).to.deep.equal([
      {
        name: 'data',
        plugin_id: 'mkdir',
        capability: [{ access_mode: 'single-node-writer', attachment_mode: 'file-system' }],
        lifecycle: { prevent_destroy: true },
      },
    ])
    const [nomadJob] = Object.values(jobs ?? {})
    expect(nomadJob?.['depends_on']).to.deep.equal(
      Object.keys(volumes ?? {}).map((id) => `nomad_dynamic_host_volume.${id}`),
    )
    expect(group.toSpec().volume?.[0]).to.include({
      name: 'data',
      type: 'host',
      source: 'data',
      sticky: true,
      access_mode: 'single-node-writer',
    })
    expect(task.toSpec().volume_mount?.[0]).to.include({ volume: 'data', destination: '/var/lib/postgresql' })
    expect(job.findings('error')).to.deep.equal([])
  })

  it('takes everything, and references reach Nomad as they are', () => {
    const { stack, task, synth } = given()
    new HostVolume(stack, 'data', {
      name: 'pg',
      namespace: 'prod',
      plugin: 'lvm',
      capacityMin: Size.gibibytes(1),
      capacityMax: Size.gibibytes(2),
      parameters: { mode: '0700' },
      constraints: [Constraint.where(Node.attr('kernel.name'), '=', 'linux')],
      nodePool: 'disks',
      accessMode: 'single-node-single-writer',
      attachmentMode: 'block-device',
      sticky: false,
      preventDestroy: false,
    }).mountIn(task, '/data', { readOnly: true })
    expect(Object.values(synth()['nomad_dynamic_host_volume'] ?? {})).to.deep.equal([
      {
        name: 'pg',
        namespace: 'prod',
        plugin_id: 'lvm',
        capacity_min: '1024 MiB',
        capacity_max: '2048 MiB',
        parameters: { mode: '0700' },
        constraint: [{ attribute: '$${attr.kernel.name}', value: 'linux' }],
        node_pool: 'disks',
        capability: [{ access_mode: 'single-node-single-writer', attachment_mode: 'block-device' }],
      },
    ])
    expect(task.toSpec().volume_mount?.[0]).to.include({ volume: 'pg', read_only: true })
  })

  it('has a greatest size where it has a least: Nomad insists', () => {
    const { stack, task, synth } = given()
    new HostVolume(stack, 'data', { capacityMin: Size.gibibytes(1) }).mountIn(task, '/data')
    const [volume] = Object.values(synth()['nomad_dynamic_host_volume'] ?? {})
    expect(volume).to.include({ capacity_min: '1024 MiB', capacity_max: '1024 MiB' })
  })

  it('makes one volume for each instance, one after another: Nomad takes a node that has none yet', () => {
    const { stack, task, synth } = given()
    new HostVolume(stack, 'data', { instances: 3 }).mountIn(task, '/data')
    const volumes = Object.entries(synth()['nomad_dynamic_host_volume'] ?? {})
    expect(volumes.map(([, v]) => v['name'])).to.deep.equal(['data', 'data', 'data'])
    expect(volumes.map(([, v]) => v['depends_on'])).to.deep.equal([
      undefined,
      [`nomad_dynamic_host_volume.${volumes[0]?.[0]}`],
      [`nomad_dynamic_host_volume.${volumes[1]?.[0]}`],
    ])
  })

  it('gives a group one volume, however many of its tasks mount it', () => {
    const { stack, group, task } = given()
    const backup = group.addTask('backup', minimal)
    const data = new HostVolume(stack, 'data').mountIn(task, '/data').mountIn(backup, '/source', { readOnly: true })
    expect(group.toSpec().volume).to.have.length(1)
    expect(backup.toSpec().volume_mount?.[0]).to.include({ volume: 'data', destination: '/source', read_only: true })
    const other = new Job(stack, 'other').addGroup('other')
    data.mountIn(other.addTask('reader', minimal), '/data')
    expect(other.toSpec().volume).to.have.length(1)
  })

  it('says what is wrong', () => {
    const { stack, group, task } = given()
    expect(() => new HostVolume(stack, 'a', { instances: 0 })).to.throw(NomadConstructsError, '0 instances')
    expect(() => new HostVolume(stack, 'b', { instances: 2, nodeId: 'x' })).to.throw(NomadConstructsError, 'by its id')
    expect(() => new HostVolume(stack, 'c', { constraints: [Constraint.distinctHosts()] })).to.throw(
      NomadConstructsError,
      "'distinct_hosts'",
    )
    group.addVolume('data')
    expect(() => new HostVolume(stack, 'data').mountIn(task, '/data')).to.throw(NomadConstructsError, "'data' already")
  })
})

describe('CsiVolume', () => {
  it('makes the volume, the volume of the group and the mount of the task', () => {
    const { stack, group, task, synth } = given()
    new CsiVolume(stack, 'data', {
      plugin: 'ebs',
      accessMode: 'single-node-writer',
      capacityMin: Size.gibibytes(1),
      mountOptions: { fsType: 'ext4', mountFlags: ['noatime'] },
    }).mountIn(task, '/data')
    expect(Object.values(synth()['nomad_csi_volume'] ?? {})).to.deep.equal([
      {
        name: 'data',
        volume_id: 'data',
        plugin_id: 'ebs',
        capacity_min: '1024 MiB',
        capability: [{ access_mode: 'single-node-writer', attachment_mode: 'file-system' }],
        mount_options: { fs_type: 'ext4', mount_flags: ['noatime'] },
        lifecycle: { prevent_destroy: true },
      },
    ])
    expect(group.toSpec().volume?.[0]).to.include({ type: 'csi', source: 'data', access_mode: 'single-node-writer' })
  })

  it('asks for it read-only where it is', () => {
    const { stack, group, task } = given()
    new CsiVolume(stack, 'data', { plugin: 'nfs', accessMode: 'multi-node-reader-only' }).mountIn(task, '/data')
    expect(group.toSpec().volume?.[0]).to.include({ read_only: true })
  })
})

describe('ExistingVolume', () => {
  it('needs no resource', () => {
    const { group, task, synth } = given()
    ExistingVolume.host('mysql').mountIn(task, '/var/lib/mysql')
    ExistingVolume.csi('files', { accessMode: 'multi-node-multi-writer', attachmentMode: 'file-system' }).mountIn(
      task,
      '/files',
    )
    expect(Object.keys(synth())).to.deep.equal(['nomad_job'])
    expect(group.toSpec().volume?.map((v) => [v.type, v.source])).to.deep.equal([
      ['host', 'mysql'],
      ['csi', 'files'],
    ])
  })
})
