import { type BadJob, inDocker, inGroup, inTask, taskNamed } from './case'

const exec = (config: Record<string, string | number | string[]>) => ({ driver: 'exec', config })
const batch = { job: { type: 'batch' } }
const prestart = { hook: 'prestart' }
const device = (name: string) => ({ cpu: 100, memory: 64, device: [{ name }] })

/** Tasks: their life, their drivers, what they use. */
export const taskCases: readonly BadJob[] = [
  inTask('no-driver', { driver: '', config: {} }, {}),
  { ...inTask('task-name', { name: 'a/b' }, {}), at: '/web/a/b' },
  { ...inTask('task-name', { name: 'alloc' }, {}), at: '/web/alloc' },
  inGroup(
    'leaders',
    { task: [taskNamed('a', { leader: true }), taskNamed('b', { leader: true })] },
    {
      task: [taskNamed('a', { leader: true }), taskNamed('b')],
    },
  ),
  inGroup('no-main-task', { task: [taskNamed('a', { lifecycle: { hook: 'poststop' } })] }, { task: [taskNamed('a')] }),
  {
    ...inGroup(
      'prestart-leader',
      { task: [taskNamed('a', { lifecycle: prestart, leader: true }), taskNamed('b')] },
      {
        task: [taskNamed('a', { lifecycle: prestart }), taskNamed('b', { leader: true })],
      },
    ),
    at: '/web/a',
  },
  {
    ...inGroup(
      'prestart-waits-for-own-service',
      {
        service: [{ name: 'web', provider: 'nomad' }],
        task: [
          taskNamed('a', {
            lifecycle: prestart,
            template: [{ data: '{{ range nomadService "web" }}{{ end }}', destination: 'local/a' }],
          }),
          taskNamed('b'),
        ],
      },
      { task: [taskNamed('a', { lifecycle: prestart }), taskNamed('b')] },
    ),
    at: '/web/a',
  },
  {
    ...inGroup(
      'poststop-sidecar',
      { task: [taskNamed('a', { lifecycle: { hook: 'poststop', sidecar: true } }), taskNamed('b')] },
      {
        task: [taskNamed('a', { lifecycle: { hook: 'poststop' } }), taskNamed('b')],
      },
    ),
    at: '/web/a',
  },
  {
    ...inGroup(
      'service-before-main',
      { task: [taskNamed('a', { lifecycle: prestart, service: [{ name: 'web' }] }), taskNamed('b')] },
      {
        task: [
          taskNamed('a', { lifecycle: { hook: 'prestart', sidecar: true }, service: [{ name: 'web' }] }),
          taskNamed('b'),
        ],
      },
    ),
    at: '/web/a',
  },
  {
    ...inGroup(
      'prestart-restarts-for-ever',
      { task: [taskNamed('a', { lifecycle: prestart, restart: { mode: 'delay' } }), taskNamed('b')] },
      {
        task: [taskNamed('a', { lifecycle: prestart, restart: { mode: 'fail' } }), taskNamed('b')],
      },
    ),
    at: '/web/a',
  },
  inGroup(
    'sidecar-outlives-batch',
    { task: [taskNamed('work'), taskNamed('logs')] },
    {
      task: [taskNamed('work', { leader: true }), taskNamed('logs')],
    },
    batch,
  ),
  inTask('restart-without-end', { restart: { mode: 'delay' } }, { restart: { mode: 'fail' } }, batch),
  inTask(
    'action-name',
    { action: [{ name: 'a b', command: '/bin/true' }] },
    { action: [{ name: 'a-b', command: '/bin/true' }] },
  ),
  inTask('action-command', { action: [{ name: 'a', command: '' }] }, { action: [{ name: 'a', command: '/bin/true' }] }),
  inTask('csi-plugin', { csi_plugin: { type: 'node' } }, { csi_plugin: { id: 'ebs', type: 'node' } }),
  inTask('env-name', { env: { 'A=B': 'c' } }, { env: { A: 'c' } }),
  inTask('env-shell-name', { env: { 'web.port': '80' } }, { env: { WEB_PORT: '80' } }),
  inTask('env-reserved', { env: { NOMAD_ADDR_http: 'here' } }, { env: { ADDR_http: 'here' } }),
  inTask(
    'secret-in-env',
    { env: { DB_PASSWORD: 'hunter2' } },
    { env: { DB_PASSWORD: '${NOMAD_SECRETS_DIR}/password' } },
  ),
  inDocker('secret-in-config', { auth: { username: 'me', password: 'hunter2' } }, { auth: { username: 'me' } }),
  inTask('unknown-port-reference', { env: { A: '${NOMAD_PORT_htp}' } }, { env: { A: '${NOMAD_ALLOC_ID}' } }),
  inTask('unknown-port-reference', { template: [{ data: '{{ env "NOMAD_ADDR_db" }}', destination: 'local/a' }] }, {}),
  inTask('unknown-reference', { env: { A: '${NOMAD_LOCAL_DIR}/a' } }, { env: { A: '${NOMAD_TASK_DIR}/a' } }),
  inTask(
    'unknown-meta-reference',
    { env: { A: '${NOMAD_META_ownr}' } },
    { env: { A: '${NOMAD_META_owner}' } },
    { job: { meta: { owner: 'me' } } },
  ),
  inDocker('config-template', { args: ['echo ${HOME:-x}'] }, { args: ['echo $${HOME:-x} $HOME ${upper(NOMAD_DC)}'] }),
  inDocker('config-template', { args: ['a ${ b'] }, { args: ['a $${ b ${"}"}'] }),
  inDocker(
    'config-template',
    { entrypoint: ['date', '+%{s}'] },
    { entrypoint: ['date', '+%%{s} %{ if true }a%{ endif }'] },
  ),
  inDocker('config-variable', { args: ['echo ${HOME}'] }, { args: ['echo $${HOME}'] }),
  inDocker('config-variable', { labels: { a: '${var.a}' } }, { labels: { a: '${node.datacenter}' } }),
  inTask(
    'config-variable',
    { config: { image: 'web:1', args: ['${env.COLOR}'] } },
    { config: { image: 'web:1', args: ['${env.COLOR} ${COLOR} ${env["A.B"]}'] }, env: { COLOR: 'red', 'A.B': 'c' } },
  ),
  inTask(
    'config-variable',
    exec({ command: 'a', args: ['${device.model}'] }),
    exec({ command: 'a', args: ['${USER}'] }),
  ),
  inTask('unknown-node-reference', { env: { A: '${node.name}' } }, { env: { A: '${node.unique.name}' } }),
  inTask(
    'identity-name',
    { identity: [{ name: 'a b', aud: ['x'], ttl: '1h' }] },
    { identity: [{ name: 'a', aud: ['x'], ttl: '1h' }] },
  ),
  inTask(
    'identity-audience',
    { identity: [{ name: 'a', aud: [''], ttl: '1h' }] },
    { identity: [{ name: 'a', aud: ['x'], ttl: '1h' }] },
  ),
  inTask('identity-ttl', { identity: [{ ttl: '1h' }] }, { identity: [{ env: true }] }),
  inTask(
    'identity-file',
    { identity: [{ name: 'a', aud: ['x'], ttl: '1h', filepath: 'local/t' }] },
    {
      identity: [{ name: 'a', aud: ['x'], ttl: '1h', file: true, filepath: 'local/t' }],
    },
  ),
  inTask(
    'identity-signal',
    { identity: [{ name: 'a', aud: ['x'], ttl: '1h', change_mode: 'signal' }] },
    {
      identity: [{ name: 'a', aud: ['x'], ttl: '1h', change_mode: 'signal', change_signal: 'SIGHUP' }],
    },
  ),
  inTask(
    'identity-insecure',
    { identity: [{ name: 'a', file: true }] },
    { identity: [{ name: 'a', file: true, aud: ['x'], ttl: '1h' }] },
  ),
  inTask(
    'identity-env',
    { identity: [{ name: 'a', env: true, aud: ['x'], ttl: '1h' }] },
    {
      identity: [{ name: 'a', env: true, aud: ['x'], ttl: '1h', change_mode: 'restart' }],
    },
  ),
  inTask(
    'duplicate-identity',
    {
      identity: [
        { name: 'a', aud: ['x'], ttl: '1h' },
        { name: 'a', aud: ['x'], ttl: '1h' },
      ],
    },
    {
      identity: [
        { name: 'a', aud: ['x'], ttl: '1h' },
        { name: 'b', aud: ['x'], ttl: '1h' },
      ],
    },
  ),
  inTask('vault-cluster', { vault: { role: 'a', cluster: 'a b' } }, { vault: { role: 'a', cluster: 'default' } }),
  inTask(
    'secret-block',
    { secret: [{ name: 'a', provider: 'nomad' }] },
    { secret: [{ name: 'a', provider: 'nomad', path: 'a/b' }] },
  ),
  inTask(
    'duplicate-secret',
    {
      secret: [
        { name: 'a', provider: 'nomad', path: 'a' },
        { name: 'a', provider: 'nomad', path: 'b' },
      ],
    },
    {
      secret: [{ name: 'a', provider: 'nomad', path: 'a' }],
    },
  ),
  inTask('no-memory-limit', { resources: { cpu: 100 } }, {}),
  inTask('cpu-and-cores', { resources: { cpu: 100, cores: 1, memory: 64 } }, { resources: { cores: 1, memory: 64 } }),
  inTask(
    'memory-max',
    { resources: { cpu: 100, memory: 64, memory_max: 32 } },
    { resources: { cpu: 100, memory: 64, memory_max: 128 } },
  ),
  inTask('memory-max-ignored', { resources: { cpu: 100, memory: 64, memory_max: 128 } }),
  inTask('resource-minimum', { resources: { cpu: 100, memory: 5 } }, { resources: { cpu: 1, memory: 10 } }),
  inTask('disk-in-task', { resources: { cpu: 100, memory: 64, disk: 100 } }),
  inTask(
    'secrets-memory',
    { resources: { cpu: 100, memory: 64, secrets: 65 } },
    { resources: { cpu: 100, memory: 64, secrets: 10 } },
  ),
  inTask('device', { resources: device('nvidia//a') }, { resources: device('nvidia/gpu') }),
  inTask(
    'numa-device',
    { resources: { ...device('gpu'), numa: { affinity: 'none', devices: ['nic'] } } },
    {
      resources: { ...device('gpu'), numa: { affinity: 'none', devices: ['gpu'] } },
    },
  ),
  inGroup('disk-migrate', { ephemeral_disk: { migrate: true } }, { ephemeral_disk: { migrate: true, sticky: true } }),
  inTask('log-disk', { logs: { max_files: 30, max_file_size: 10 } }, { logs: { max_files: 29, max_file_size: 10 } }),
  inTask('docker-image', { config: {} }),
  inDocker('image-latest', { image: 'registry:5000/web' }, { image: 'registry:5000/web:1' }),
  inDocker(
    'image-reference',
    { image: 'Registry/Web:1' },
    { image: 'registry:5000/a/web_1:1.2@sha256:' + 'a'.repeat(64) },
  ),
  inDocker('docker-cpu-period', { cpu_cfs_period: 10 }, { cpu_cfs_period: 50000 }),
  inDocker('docker-volume', { volumes: ['local/a'] }, { volumes: ['local/a:/a:ro'] }),
  inDocker(
    'docker-mount',
    { mount: [{ type: 'bind', source: 'local', target: 'etc' }] },
    { mount: [{ type: 'bind', source: 'local', target: '/etc/a' }] },
  ),
  inDocker(
    'docker-mount-collision',
    {
      mount: [
        { type: 'tmpfs', target: '/a' },
        { type: 'tmpfs', target: '/a' },
      ],
    },
    {
      mount: [
        { type: 'tmpfs', target: '/a' },
        { type: 'tmpfs', target: '/b' },
      ],
    },
  ),
  inDocker('docker-hard-limit', { memory_hard_limit: 32 }, { memory_hard_limit: 128 }),
  inDocker('docker-privileged', { privileged: true }, { privileged: false }),
  inDocker('driver-config-key', { privilegd: true }, { privileged: true }),
  inDocker(
    'driver-config-key',
    { mount: [{ type: 'bind', src: '/a', target: '/a' }] },
    { mount: [{ type: 'bind', source: '/a', target: '/a' }] },
  ),
  inDocker('driver-config-type', { args: '-v' }, { args: ['-v'] }),
  inTask('driver-config-type', exec({ command: '/bin/a', args: '-v' }), exec({ command: '/bin/a', args: ['-v'] })),
  inTask('driver-config-missing', exec({ args: ['-v'] }), exec({ command: '/bin/a' })),
  inTask('driver-config-missing', { driver: 'java', config: {} }, { driver: 'java', config: { jar_path: 'a.jar' } }),
  inTask('command-with-spaces', exec({ command: 'node server.js' }), exec({ command: 'node', args: ['server.js'] })),
  inDocker('command-white-space', { command: ' node' }, { command: 'node' }),
]
