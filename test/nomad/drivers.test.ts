import { expect } from 'chai'
import {
  Docker,
  DockerMount,
  type DockerOptions,
  Driver,
  Duration,
  Exec,
  Java,
  Podman,
  Port,
  Qemu,
  RawExec,
  Size,
} from '../../nomad'
import type { DriverSchema } from '../../nomad/driver-schema'
import type { FreeValue } from '../../nomad/spec'
import { drivers } from '../../nomad/spec/generated/drivers'

const http = new Port('http')

const everythingOfDocker: DockerOptions = {
  command: 'run',
  args: ['a'],
  entrypoint: ['/bin/sh'],
  ports: [http, 'other'],
  mounts: [
    DockerMount.bind('local', '/local', { readOnly: true, propagation: 'rslave' }),
    DockerMount.volume('/data', {
      source: 'data',
      noCopy: true,
      labels: { a: 'b' },
      driver: 'nfs',
      driverOptions: { addr: '10.0.0.1' },
    }),
    DockerMount.tmpfs('/run', { size: Size.mebibytes(1), mode: 0o700 }),
  ],
  volumes: ['/a:/b:ro'],
  tmpfs: { '/tmp': Size.mebibytes(2) },
  readonlyRootfs: true,
  init: true,
  capAdd: ['net_admin'],
  capDrop: ['all'],
  ulimits: { nofile: '1024' },
  sysctl: { 'net.core.somaxconn': '1024' },
  labels: { a: 'b' },
  logging: { type: 'json-file', driver: 'json-file', config: { 'max-file': '2' } },
  networkMode: 'host',
  networkAliases: ['web'],
  hostname: 'h',
  extraHosts: ['db:10.0.0.2'],
  dnsServers: ['1.1.1.1'],
  dnsSearchDomains: ['example.com'],
  dnsOptions: ['ndots:1'],
  securityOpt: ['no-new-privileges'],
  groupAdd: ['10'],
  cpuHardLimit: true,
  cpuCfsPeriod: 100000,
  cpusetCpus: '0-1',
  memoryHardLimit: Size.mebibytes(128),
  shmSize: Size.mebibytes(64),
  pidsLimit: 100,
  oomScoreAdj: -1,
  privileged: false,
  pidMode: 'host',
  ipcMode: 'private',
  utsMode: 'host',
  usernsMode: 'host',
  cgroupns: 'private',
  runtime: 'runsc',
  workDir: '/srv',
  devices: [{ hostPath: '/dev/fuse', containerPath: '/dev/fuse', cgroupPermissions: 'rwm' }],
  auth: { username: 'u', password: 'p', serverAddress: 's', email: 'e' },
  authSoftFail: true,
  forcePull: true,
  imagePullTimeout: Duration.minutes(10),
  load: 'image.tar',
  healthchecks: { disable: true },
  storageOpt: { size: '10G' },
  interactive: true,
  tty: true,
  ipv4Address: '10.0.0.3',
  ipv6Address: '::1',
  macAddress: '02:42:ac:11:00:02',
  advertiseIpv6Address: true,
  volumeDriver: 'local',
  isolation: 'process',
  containerExistsAttempts: 3,
}

/** Keys and types in a config that the driver's own schema doesn't have. */
function strangers(schema: DriverSchema, config: Readonly<Record<string, FreeValue | undefined>>, at = ''): string[] {
  return Object.entries(config).flatMap(([key, value]) => {
    const field = schema[key]
    const name = `${at}${key}`
    if (value === undefined) return []
    if (!field) return [`${name} is unknown`]
    const type = field.form === 'attributes' ? `list(map(${field.type}))` : (field.type ?? 'any')
    if (!field.fields) return fits(type, value) ? [] : [`${name} is no ${type}`]
    const fields = field.fields
    const blocks = Array.isArray(value) ? value : [value]
    return blocks.flatMap((b) => (isMap(b) ? strangers(fields, b, `${name}.`) : [`${name} is no block`]))
  })
}

function fits(type: string, value: FreeValue): boolean {
  const inner = /^(list|map)\((.*)\)$/.exec(type)
  if (!inner) return type === 'any' || typeof value === type.replace('bool', 'boolean')
  const items = Array.isArray(value) ? value : isMap(value) ? Object.values(value) : undefined
  return items?.every((item) => item !== undefined && fits(inner[2] ?? 'any', item)) ?? false
}

function isMap(value: FreeValue): value is { [key: string]: FreeValue | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

describe('drivers', () => {
  it('need only what the driver itself requires', () => {
    expect(Docker.image('web:1').toSpec()).to.deep.equal({ image: 'web:1' })
    expect(Exec.command('true').toSpec()).to.deep.equal({ command: 'true' })
    expect(RawExec.command('true').toSpec()).to.deep.equal({ command: 'true' })
    expect(Java.jar('local/app.jar').toSpec()).to.deep.equal({ jar_path: 'local/app.jar' })
    expect(Java.main('com.example.App').toSpec()).to.deep.equal({ class: 'com.example.App' })
    expect(Qemu.image('local/linux.img').toSpec()).to.deep.equal({ image_path: 'local/linux.img' })
    expect(Podman.image('web:1').toSpec()).to.deep.equal({ image: 'web:1' })
    expect(Driver.other('nspawn').toSpec()).to.deep.equal({})
  })

  it('are named as a job names them', () => {
    const all = [
      Docker.image('i'),
      Exec.command('c'),
      RawExec.command('c'),
      Java.jar('j'),
      Qemu.image('i'),
      Podman.image('i'),
      Driver.other('nspawn', { image: 'i' }),
    ]
    expect(all.map((driver) => driver.name)).to.deep.equal([
      ...['docker', 'exec', 'raw_exec', 'java', 'qemu', 'podman', 'nspawn'],
    ])
  })

  it('Docker has every key of its own schema', () => {
    const config = Docker.image('web:1', everythingOfDocker).toSpec()
    const schema = drivers.docker ?? {}
    const missing = Object.keys(schema).filter((key) => config[key] === undefined)
    // the first is `mount` in its syntax from before Nomad 1.0, the second is for networks of tasks, gone since 0.12
    expect(missing).to.deep.equal(['mounts', 'port_map'])
    expect(strangers(schema, config)).to.deep.equal([])
    expect(Docker.image('web:1', { raw: { port_map: [{ http: 80 }] } }).toSpec()).to.deep.equal({
      image: 'web:1',
      port_map: [{ http: 80 }],
    })
  })

  it('exec, raw_exec, java and qemu have every key of their own schemas', () => {
    const isolation = { pidMode: 'host', ipcMode: 'private', capAdd: ['a'], capDrop: ['b'] } as const
    const whole = {
      exec: Exec.command('c', { args: ['a'], workDir: '/', ...isolation }),
      raw_exec: RawExec.command('c', {
        args: ['a'],
        workDir: '/',
        oomScoreAdj: 1,
        cgroupV2Override: 'a.slice',
        cgroupV1Override: { cpu: '/a' },
        deniedEnvvars: ['AWS_*'],
      }),
      java: Java.main('a.B', {
        raw: { jar_path: 'a.jar' },
        args: ['a'],
        jvmOptions: ['-Xmx1g'],
        classPath: 'local/*',
        workDir: '/',
        ...isolation,
      }),
      qemu: Qemu.image('i', {
        emulator: 'qemu-system-aarch64',
        machineType: 'virt',
        driveInterface: 'virtio',
        accelerator: 'kvm',
        gracefulShutdown: true,
        guestAgent: true,
        args: ['-nodefaults'],
        portMap: { ssh: 22 },
      }),
    }
    for (const [name, driver] of Object.entries(whole)) {
      const schema = drivers[name] ?? {}
      expect(Object.keys(driver.toSpec()), name).to.have.members(Object.keys(schema))
      expect(strangers(schema, driver.toSpec()), name).to.deep.equal([])
    }
  })

  it('Podman takes everything', () => {
    const config = Podman.image('web:1', {
      command: 'run',
      args: ['a'],
      entrypoint: ['/bin/sh', '-c'],
      workingDir: '/srv',
      ports: [http],
      volumes: ['/a:/b'],
      tmpfs: ['/tmp'],
      labels: { a: 'b' },
      networkMode: 'task:other',
      logging: { driver: 'journald', options: { tag: 'web' } },
      memoryReservation: '100m',
      shmSize: Size.mebibytes(64),
      sysctl: { 'net.core.somaxconn': '1024' },
      ulimits: { nofile: '1024' },
      auth: { username: 'u', password: 'p' },
      imagePullTimeout: Duration.minutes(10),
      raw: { something_new: true },
    }).toSpec()
    expect(config).to.deep.include({
      image: 'web:1',
      entrypoint: ['/bin/sh', '-c'],
      ports: ['http'],
      labels: [{ a: 'b' }],
      logging: [{ driver: 'journald', options: [{ tag: 'web' }] }],
      shm_size: '67108864',
      auth: [{ username: 'u', password: 'p' }],
      image_pull_timeout: '10m',
      something_new: true,
    })
    expect(Podman.image('web:1', { entrypoint: '/run.sh' }).toSpec().entrypoint).to.equal('/run.sh')
  })
})
