import { GtidSet } from '../../mysql-agent/gtid.js'
import type {
  Member,
  MysqlState,
  Observation,
  Peer,
  PrimaryRecord,
  Recorded,
  ReplicaState,
} from '../../mysql-agent/state.js'

export const UUID = '3e11fa47-71ca-11e1-9e33-c80aa9429562'
export const OTHER = 'f8dd8557-e68b-11f1-831f-02fc00000001'

export const set = (text: string): GtidSet =>
  GtidSet.parse(text.replace(/\bu:/g, `${UUID}:`).replace(/\bo:/g, `${OTHER}:`))

export const member = (instance: string): Member => ({
  instance,
  host: `10.0.0.${instance.slice(1)}`,
  port: 3310,
  agentPort: 3311,
})

export const record = (instance: string, waitCount = 1): PrimaryRecord => ({
  ...member(instance),
  since: '2026-01-01T00:00:00.000Z',
  reason: 'test',
  waitCount,
})

export const recorded = (instance: string, waitCount = 1, index = 10): Recorded => ({
  value: record(instance, waitCount),
  index,
})

/** mysqld as it starts: read-only, no role. */
export const idle = (executed = '', more: Partial<MysqlState> = {}): MysqlState => ({
  uuid: UUID,
  executed: set(executed),
  purged: GtidSet.EMPTY,
  readOnly: true,
  superReadOnly: true,
  offline: false,
  replica: undefined,
  semiSync: { source: false, waitCount: 1, replicas: 0 },
  ...more,
})

export const leading = (executed = 'u:1-9', more: Partial<MysqlState> = {}): MysqlState =>
  idle(executed, {
    readOnly: false,
    superReadOnly: false,
    semiSync: { source: true, waitCount: 1, replicas: 2 },
    ...more,
  })

export const following = (source: string, executed = 'u:1-9', more: Partial<ReplicaState> = {}): MysqlState =>
  idle(executed, {
    replica: {
      host: member(source).host,
      port: 3310,
      receiver: 'on',
      applier: true,
      lagSeconds: 0,
      retrieved: GtidSet.EMPTY,
      error: '',
      ...more,
    },
  })

export const peer = (instance: string, mysql: MysqlState | undefined | 'silent'): Peer => ({
  member: member(instance),
  answer: mysql === 'silent' ? undefined : { mysql, held: false },
})

export const seen = (more: Partial<Observation> = {}): Observation => ({
  self: member('n1'),
  instances: 3,
  mysql: idle(),
  record: 'none',
  initialised: false,
  hold: undefined,
  lease: { held: true, fence: undefined },
  leaving: false,
  whenTooFew: 'block',
  tooFewRounds: 0,
  peers: [peer('n2', idle()), peer('n3', idle())],
  divergedRounds: 0,
  connectingSeconds: 0,
  // As it is once it follows.
  follows: typeof more.record === 'object' ? more.record.value.instance : '',
  ...more,
})
