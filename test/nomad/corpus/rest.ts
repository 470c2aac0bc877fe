import { type BadJob, inGroup, inJob, inTask } from './case'

const batch = { job: { type: 'batch' } }
const file = (more: object) => ({ template: [{ data: 'a', destination: 'local/a', ...more }] })
const volume = (more: object) => ({ volume: [{ name: 'data', type: 'host', source: 'data', ...more }] })
const csi = (more: object) =>
  volume({ type: 'csi', attachment_mode: 'file-system', access_mode: 'multi-node-multi-writer', ...more })
const mounted = { task: { volume_mount: [{ volume: 'data', destination: '/data' }] } }
const mount = (...destinations: string[]) => ({
  volume_mount: destinations.map((destination) => ({ volume: 'data', destination })),
})
const constraint = (attribute: string, operator: string, value?: string) => ({
  constraint: [{ attribute, operator, value }],
})
const kernel = '${attr.kernel.name}'
const spread = (more: object) => ({ spread: [{ attribute: '${node.datacenter}', weight: 50, ...more }] })
const update = (more: object) => ({ update: { auto_revert: true, ...more } })
const sum = 'a'.repeat(64)
const artifact = (more: object) => ({
  artifact: [{ source: 'https://example.org/a', options: { checksum: `sha256:${sum}` }, ...more }],
})

/** Volumes, templates, artifacts, deployments, placement. */
export const otherCases: readonly BadJob[] = [
  inTask('unknown-volume', mount('/a'), {}),
  inGroup('volume-source', volume({ source: '' }), volume({}), mounted),
  inGroup(
    'volume-source-reference',
    volume({ source: 'data-${NOMAD_ALLOC_INDEX}' }),
    volume({ per_alloc: true }),
    mounted,
  ),
  inGroup('unknown-choice', volume({ type: 'nfs' }), volume({}), mounted),
  inGroup('csi-modes', csi({ attachment_mode: undefined }), csi({}), mounted),
  inGroup('csi-modes', csi({ access_mode: undefined }), csi({}), mounted),
  inGroup(
    'volume-access-mode',
    volume({ access_mode: 'multi-node-multi-writer' }),
    volume({ access_mode: 'single-node-multi-writer' }),
    mounted,
  ),
  inGroup(
    'host-volume-options',
    volume({ mount_options: { fs_type: 'ext4' } }),
    csi({ mount_options: { fs_type: 'ext4' } }),
    mounted,
  ),
  inGroup('sticky-csi', csi({ sticky: true }), volume({ sticky: true }), mounted),
  inGroup('volume-unused', volume({}), {}),
  inTask('mount-destination', { volume_mount: [{ volume: 'data' }] }, mount('/a'), { group: volume({}) }),
  inTask('mount-over-task', mount('/local'), mount('/local/a'), { group: volume({}) }),
  inTask('mount-collision', mount('/a', '/a'), mount('/a', '/b'), { group: volume({}) }),
  inGroup(
    'volume-per-alloc',
    { ...volume({ per_alloc: true }), ...update({ canary: 1, auto_promote: true }) },
    volume({ per_alloc: true }),
    mounted,
  ),
  inGroup('volume-per-alloc', volume({ per_alloc: true, sticky: true }), volume({ sticky: true }), mounted),
  inGroup('volume-per-alloc', volume({ per_alloc: true }), volume({}), { ...mounted, job: { type: 'system' } }),
  inGroup(
    'volume-single-writer',
    { count: 2, ...csi({ access_mode: 'single-node-writer' }) },
    { count: 2, ...csi({ access_mode: 'single-node-writer', per_alloc: true }) },
    mounted,
  ),
  inGroup(
    'volume-read-only',
    csi({ access_mode: 'single-node-reader-only' }),
    csi({ access_mode: 'single-node-reader-only', read_only: true }),
    mounted,
  ),
  inGroup('shared-host-volume', { count: 2, ...volume({}) }, { count: 2, ...volume({ read_only: true }) }, mounted),
  inTask(
    'template-collision',
    {
      template: [
        { data: 'a', destination: 'local/a' },
        { data: 'b', destination: './local/a' },
      ],
    },
    {
      template: [
        { data: 'a', destination: 'local/a' },
        { data: 'b', destination: 'local/b' },
      ],
    },
  ),
  inTask('template-escapes', file({ destination: '../../../etc/cron.d/a' }), file({ destination: '../alloc/a' })),
  inTask(
    'template-elsewhere',
    file({ destination: '/etc/nginx/nginx.conf' }),
    file({ destination: '${NOMAD_SECRETS_DIR}/a' }),
  ),
  inTask('template-content', file({ data: undefined }), file({})),
  inTask('template-content', file({ source: 'local/b' }), file({})),
  inTask('unknown-signal', { kill_signal: 'HUP' }, { kill_signal: 'SIGHUP' }),
  inTask('unknown-choice', file({ change_mode: 'reload' }), file({ change_mode: 'noop' })),
  inTask(
    'template-script',
    file({ change_mode: 'script' }),
    file({ change_mode: 'script', change_script: { command: '/bin/true', fail_on_error: false } }),
  ),
  inTask(
    'template-env-signal',
    file({ env: true, data: 'A=b', change_mode: 'signal', change_signal: 'SIGHUP' }),
    file({ env: true, data: 'A=b', change_mode: 'restart' }),
  ),
  inTask('template-perms', file({ perms: 'rw-r--r--' }), file({ perms: '0644' })),
  inTask('template-wait', file({ wait: { min: '1m', max: '1s' } }), file({ wait: { min: '1s', max: '1m' } })),
  inTask(
    'template-syntax',
    file({ data: '{{ range service "a" }}x' }),
    file({ data: '{{ range service "a" }}x{{ else }}{{/* { */}}{{ end }}' }),
  ),
  inTask('template-syntax', file({ data: 'a\n{{ key "b" }' }), file({ data: 'a\n{{ key "}}" }}' })),
  inTask('template-env-lines', file({ env: true, data: 'just words' }), file({ env: true, data: '# words\nA=b' })),
  inTask(
    'secret-in-clear-place',
    file({ data: '{{ with nomadVar "a" }}{{ end }}' }),
    file({ data: '{{ with nomadVar "a" }}{{ end }}', destination: 'secrets/a' }),
  ),
  inTask(
    'secret-in-config',
    file({ data: '-----BEGIN PRIVATE KEY-----' }),
    file({ data: '-----BEGIN CERTIFICATE-----' }),
  ),
  inTask('artifact-source', artifact({ source: '' }), artifact({})),
  inTask('artifact-checksum', artifact({ options: { checksum: 'sha256:abc' } }), artifact({})),
  inTask('artifact-unverified', artifact({ options: undefined }), artifact({})),
  inTask(
    'artifact-collision',
    { artifact: [1, 2].map((n) => ({ source: `git::${n}`, mode: 'file', destination: 'local/a' })) },
    {
      artifact: [1, 2].map((n) => ({ source: `git::${n}`, mode: 'file', destination: `local/${n}` })),
    },
  ),
  inTask('artifact-escapes', artifact({ destination: '../../../bin' }), artifact({ destination: 'local/bin' })),
  inTask('unknown-choice', artifact({ mode: 'tar' }), artifact({ mode: 'dir' })),
  inJob('update-type', { update: { max_parallel: 1 } }, {}, batch),
  inJob('canary-waits', update({ canary: 1 }), update({ canary: 1, auto_promote: true })),
  inJob('manual-health-waits', update({ health_check: 'manual' }), update({ health_check: 'checks' })),
  inJob('promote-without-canary', update({ auto_promote: true }), update({ canary: 1, auto_promote: true })),
  inJob(
    'update-deadlines',
    update({ healthy_deadline: '20m' }),
    update({ healthy_deadline: '20m', progress_deadline: '30m' }),
  ),
  inJob('update-deadlines', update({ min_healthy_time: '6m' }), update({ min_healthy_time: '1m' })),
  inJob('migrate-type', { migrate: { max_parallel: 1 } }, {}, batch),
  inJob('migrate-times', { migrate: { min_healthy_time: '10m' } }, { migrate: { min_healthy_time: '1m' } }),
  inJob(
    'no-auto-revert',
    { update: { max_parallel: 1 } },
    { update: { max_parallel: 1, auto_revert: false } },
    { job: { type: 'service' } },
  ),
  inGroup(
    'update-parallel',
    { count: 3, ...update({ max_parallel: 3 }) },
    { count: 3, ...update({ max_parallel: 1 }) },
  ),
  inGroup('update-not-deployed', update({ max_parallel: 0 }), update({ max_parallel: 1 })),
  inGroup(
    'canary-count',
    { count: 1, ...update({ canary: 2, auto_promote: true }) },
    { count: 2, ...update({ canary: 2, auto_promote: true }) },
  ),
  inJob(
    'auto-promote-partial',
    {
      group: ['a', 'b'].map((name) => ({
        name,
        update: { canary: 1, auto_promote: name === 'a', auto_revert: true },
        task: [{ name: 't', driver: 'docker', config: { image: 'a:1' }, resources: { memory: 64 } }],
      })),
    },
    {},
    { detach: true },
  ),
  inTask('kill-timeout', { kill_timeout: '1h' }, { kill_timeout: '20s' }),
  inTask('kill-timeout-client', { kill_timeout: '1m' }, { kill_timeout: '30s' }),
  inGroup(
    'restart-times',
    { restart: { attempts: 10, interval: '1m', delay: '30s' } },
    { restart: { attempts: 2, interval: '1m', delay: '30s' } },
  ),
  inGroup('restart-times', { restart: { attempts: 0, mode: 'delay' } }, { restart: { attempts: 0, mode: 'fail' } }),
  inJob('reschedule-type', { reschedule: { unlimited: true } }, {}, { job: { type: 'system' } }),
  inGroup('reschedule-times', { reschedule: { delay: '1s' } }, { reschedule: { delay: '5s' } }),
  inGroup('reschedule-times', { reschedule: { delay: '2h' } }, { reschedule: { delay: '2h', max_delay: '3h' } }),
  inGroup(
    'reschedule-attempts',
    { reschedule: { unlimited: true } },
    { reschedule: { unlimited: true, attempts: 0 } },
    batch,
  ),
  inGroup(
    'reschedule-attempts',
    { reschedule: { attempts: 3, interval: '1h' } },
    { reschedule: { attempts: 3, interval: '1h', unlimited: false } },
  ),
  inGroup(
    'reschedule-interval',
    { reschedule: { attempts: 5, interval: '1m', delay: '30s', delay_function: 'constant', unlimited: false } },
    {
      reschedule: { attempts: 2, interval: '1m', delay: '30s', delay_function: 'constant', unlimited: false },
    },
  ),
  inTask('distinct-in-task', { constraint: [{ operator: 'distinct_hosts', value: 'true' }] }, {}),
  inJob(
    'affinity-weight',
    { affinity: [{ attribute: kernel, value: 'linux', weight: 0 }] },
    { affinity: [{ attribute: kernel, value: 'linux', weight: -50 }] },
  ),
  inJob('spread-attribute', spread({ attribute: '' }), spread({})),
  inJob(
    'spread-target-twice',
    spread({
      target: [
        { value: 'a', percent: 50 },
        { value: 'a', percent: 20 },
      ],
    }),
    spread({ target: [{ value: 'a', percent: 50 }] }),
  ),
  inJob(
    'spread-percent',
    spread({
      target: [
        { value: 'a', percent: 60 },
        { value: 'b', percent: 60 },
      ],
    }),
    spread({ target: [{ value: 'a', percent: 60 }] }),
  ),
  inJob('constraint-operator', constraint(kernel, 'like', 'linux'), constraint(kernel, '=', 'linux')),
  inJob('constraint-regexp', constraint(kernel, 'regexp', '(?=x)'), constraint(kernel, 'regexp', '^(?i)linux$')),
  inJob('constraint-regexp', constraint(kernel, 'regexp', '(linux'), constraint(kernel, 'regexp', '(linux)')),
  inJob('constraint-value', constraint(kernel, 'set_contains'), constraint(kernel, 'set_contains', 'a')),
  inJob('constraint-value', constraint(kernel, 'is_set', 'yes'), constraint(kernel, 'is_set')),
  inJob(
    'constraint-version',
    constraint('${attr.nomad.version}', 'version', 'newer than 1.8'),
    constraint('${attr.nomad.version}', 'version', '>= 1.8, < 2'),
  ),
  inJob(
    'constraint-version',
    constraint('${attr.nomad.version}', 'semver', '>> 1.8'),
    constraint('${attr.nomad.version}', 'semver', '>= 1.8.0-beta'),
  ),
  inJob(
    'distinct-property',
    constraint('${meta.rack}', 'distinct_property', '0'),
    constraint('${meta.rack}', 'distinct_property', '2'),
  ),
  inJob('constraint-attribute', constraint('${node.region}', '=', 'eu'), constraint('${node.datacenter}', '=', 'dc1')),
  inJob('constraint-literal', constraint('attr.kernel.name', '=', 'linux'), constraint(kernel, '=', 'linux')),
  inJob(
    'constraint-contradiction',
    { constraint: ['amd64', 'arm64'].map((value) => ({ attribute: '${attr.cpu.arch}', value })) },
    constraint('${attr.cpu.arch}', '=', 'amd64'),
  ),
]
