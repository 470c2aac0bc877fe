import { type BadJob, inGroup, inJob, inTask, jobSpec, taskNamed, untyped } from './case'

const batch = { job: { type: 'batch' } }

/** The job itself, its times, its names. */
export const jobCases: readonly BadJob[] = [
  inJob('unknown-key', untyped({ prioriti: 50 }), { priority: 50 }),
  inTask('unknown-key', untyped({ evn: { A: 'b' } }), { env: { A: 'b' } }),
  inJob('value-type', { priority: untyped('high') }, { priority: 90 }),
  inGroup('value-type', { shutdown_delay: '10' }, { shutdown_delay: '0s' }),
  inJob('unknown-choice', { type: 'daemon' }, { type: 'service' }),
  inGroup('unknown-choice', { restart: { mode: 'always' } }, { restart: { mode: 'fail' } }),
  inTask('unknown-choice', { lifecycle: { hook: 'before' } }, {}),
  inJob('unknown-choice', { update: { health_check: 'http' } }, { update: { health_check: 'checks' } }),
  inGroup('out-of-range', { ephemeral_disk: { size: 5 } }, { ephemeral_disk: { size: 500 } }),
  inTask('out-of-range', { logs: { max_files: 0 } }, { logs: { max_files: 1 } }),
  inJob('out-of-range', { spread: [{ attribute: '${node.datacenter}', weight: 200 }] }, {}),
  inTask('negative-duration', { kill_timeout: '-5s' }, { kill_timeout: '5s' }),
  inJob('negative-duration', { update: { stagger: '0s' } }, { update: { stagger: '30s' } }),
  inGroup('nomad-version', { max_run_duration: '1h' }),
  inTask('unwritable-key', { config: { image: 'web:1', 'a b': 1 } }),
  inJob('unwritable-text', { meta: { text: 'nul \0' } }, { meta: { text: 'none' } }),
  inJob('job-id', { id: 'my job' }, { id: 'my-job' }),
  inJob('no-groups', { group: [] }),
  inGroup('no-tasks', { task: [] }),
  inJob('priority', { priority: -1 }, { priority: 1 }),
  inJob('priority-over-100', { priority: 200 }, { priority: 100 }),
  inGroup('count', { count: -1 }, { count: 0 }),
  inGroup('count', { count: 2 }, { count: 1 }, { job: { type: 'system' } }),
  inGroup('scaling-bounds', { count: 9, scaling: { min: 1, max: 3 } }, { count: 2, scaling: { min: 1, max: 3 } }),
  inGroup('count-reset', { count: 2, scaling: { min: 1, max: 3 } }, { count: 2, scaling: { enabled: false, max: 3 } }),
  inGroup('count-reset', { scaling: { min: 1, max: 3 } }, { scaling: { enabled: false, min: 1, max: 3 } }),
  inGroup('scaling-bounds', { scaling: { min: 4, max: 3 } }, { scaling: { min: 2, max: 3 } }),
  inJob(
    'duplicate-name',
    {
      group: [
        { name: 'web', task: [taskNamed('server')] },
        { name: 'web', task: [taskNamed('b')] },
      ],
    },
    {
      group: [
        { name: 'web', task: [taskNamed('server')] },
        { name: 'db', task: [taskNamed('b')] },
      ],
    },
  ),
  inGroup(
    'duplicate-name',
    { task: [taskNamed('server'), taskNamed('server')] },
    {
      task: [taskNamed('server'), taskNamed('other')],
    },
  ),
  inJob('datacenter-empty', { datacenters: ['dc1', ''] }, { datacenters: ['dc1'] }),
  inJob('namespace-name', { namespace: '*' }, { namespace: 'default' }),
  inJob('node-pool-name', { node_pool: 'big nodes' }, { node_pool: 'big' }),
  inJob('region-name', { region: 'eu-*' }, { region: 'global' }),
  inJob('ui-description', { ui: { description: 'x'.repeat(1001) } }, { ui: { description: 'x' } }),
  inJob(
    'ui-link',
    { ui: { link: [{ label: 'docs', url: 'docs.example.org' }] } },
    {
      ui: { link: [{ label: 'docs', url: 'https://docs.example.org' }] },
    },
  ),
  inJob(
    'one-shot-type',
    { type: 'service', periodic: { crons: ['@daily'] } },
    { type: 'batch', periodic: { crons: ['@daily'] } },
  ),
  inJob('one-shot-type', { type: 'system', parameterized: {} }, { type: 'batch', parameterized: {} }),
  inJob('cron', { periodic: { crons: ['every day'] } }, { periodic: { crons: ['0 3 * * *'] } }, batch),
  inJob(
    'cron',
    { periodic: { crons: ['61 3 * * *'] } },
    { periodic: { crons: ['*/5 3-6 1,15 jan-mar mon#2'] } },
    batch,
  ),
  inJob('cron', { periodic: { prohibit_overlap: true } }, { periodic: { crons: ['@hourly'] } }, batch),
  inJob('cron-never', { periodic: { crons: ['0 0 30 2 *'] } }, { periodic: { crons: ['0 0 29 2 *'] } }, batch),
  inJob(
    'cron-and-crons',
    { periodic: { cron: '@daily', crons: ['@hourly'] } },
    { periodic: { crons: ['@hourly'] } },
    batch,
  ),
  inJob(
    'time-zone',
    { periodic: { crons: ['@daily'], time_zone: 'Europe/Berln' } },
    {
      periodic: { crons: ['@daily'], time_zone: 'Europe/Berlin' },
    },
    batch,
  ),
  inJob(
    'parameterized-and-periodic',
    { parameterized: {}, periodic: { crons: ['@daily'] } },
    { parameterized: {} },
    batch,
  ),
  inJob(
    'parameterized-meta',
    { parameterized: { meta_required: ['a'], meta_optional: ['a', 'b'] } },
    {
      parameterized: { meta_required: ['a'], meta_optional: ['b'] },
    },
    batch,
  ),
  inTask('dispatch-payload', { dispatch_payload: { file: 'input' } }, {}, batch),
  inTask(
    'dispatch-payload-escapes',
    { dispatch_payload: { file: '../../../../etc/passwd' } },
    { dispatch_payload: { file: 'input' } },
    {
      job: { type: 'batch', parameterized: { payload: 'required' } },
    },
  ),
  inJob(
    'payload-unused',
    { parameterized: { payload: 'required' } },
    { parameterized: { payload: 'optional' } },
    batch,
  ),
  inJob('enterprise-only', { multiregion: { region: [{ name: 'a' }, { name: 'b' }] } }),
  inTask(
    'enterprise-only',
    { resources: { cpu: 100, memory: 64, numa: { affinity: 'require' } } },
    {
      resources: { cpu: 100, memory: 64, numa: { affinity: 'none' } },
    },
  ),
  inTask('enterprise-only', { consul: { cluster: 'other' } }, { consul: { cluster: 'default' } }),
  inGroup('deprecated', { max_client_disconnect: '1h' }, { disconnect: { lost_after: '1h' } }),
  inTask('deprecated', { resources: { cpu: 100, memory: 64, network: [{ port: [{ label: 'http' }] }] } }),
  inJob(
    'affinity-in-system',
    { affinity: [{ attribute: '${node.class}', value: 'big', weight: 50 }] },
    {},
    { job: { type: 'system' } },
  ),
  inJob(
    'affinity-in-sysbatch',
    { spread: [{ attribute: '${node.datacenter}', weight: 50 }] },
    {},
    { job: { type: 'sysbatch' } },
  ),
  {
    rule: 'disconnect',
    at: '/web',
    detach: false,
    bad: jobSpec({ group: { disconnect: { lost_after: '1h', stop_on_client_after: '1h' } } }),
    good: jobSpec({ group: { disconnect: { lost_after: '1h' } } }),
  },
  inGroup(
    'disconnect-type',
    { disconnect: { stop_on_client_after: '1m' } },
    { disconnect: { lost_after: '1m' } },
    { job: { type: 'system' } },
  ),
]
