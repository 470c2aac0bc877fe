import { expect } from 'chai'
import { Engine } from 'nomad-engine'
import { renderHcl, type ValueObject } from '../../../nomad/hcl'
import type { JobSpec } from '../../../nomad/spec'
import { validate } from '../../../nomad/validate'
import { jobSpec } from '../corpus'
import { atOnce } from './at-once'

const crons =
  '* * * * *|*/5 * * * *|0/5 * * * *|5/10 * * * *|1-30/2 * * * *|60 * * * *|0 24 * * *|0 0 0 * *|0 0 32 * *|0 0 * 13 *|0 0 * * 7|' +
  '0 0 * * 8|0 0 * * sun|0 0 * * sunday|0 0 * jan *|0 0 * january *|0 0 * * mon-fri|0 0 * * fri-mon|0 0 L * *|0 0 LW * *|' +
  '0 0 15W * *|0 0 * * 5L|0 0 * * mon#1|0 0 * * 5#5|0 0 * * 5#6|0 0 ? * 1|* * * * ?|? * * * *|0 0 1 1 * 2030|0 0 1 1 * 1969|' +
  '0 0 1 1 * 2100|0 0 0 1 1 * 2030|@daily|@every 5m|@reboot|@DAILY||a b c d e|1,2,3 * * * *|1,,3 * * * *|30-10 * * * *|' +
  '*/0 * * * *|*-5 * * * *|0 0 1-5,10 * *|0 0 L-3 * *|00 03 * * *|0 3 * * 1-5 *|* * * *|0 0 * jan-mar *|0 0 1/2 * *|*/90 * * * *|' +
  '0 0 * * MON|0 0 W * *|0  3 * * *|0 0 ,1 * *|0 0 * * 0-7|1-5-7 * * * *|5/ * * * *|/5 * * * *'
const versions =
  '>= 1.8|~> 1.8.2|>= 1.8, < 2|1.8|=1.8|v1.8|> v1|~>1|1.8.x|*|>= 1.8 < 2|>1.8-beta|>=1.8.0-beta1+ent|1.2.3.4|== 1.8|!= 1.8|=> 1.8|' +
  '>= a||>= 1.8,|>=1.8,<2|^1.8|1.8.0+ent|> 1.8.0 , < 1.9|<>1|~1.8|1.x|>=01.8'
const expressions =
  'a·(·[a-z·a{2}·a{2,1}·(?i)a·a(?i)b·(?P<n>a)·(?<n>a)·\\d+·\\pL·[[:alpha:]]·\\Qa.b\\E·a**·*a·(?=a)·(?!a)·(?<=a)·\\1·\\z·x{1001}·(?s:.)·' +
  '[]a]·\\u0041·\\x41·\\x{41}·a++·(?>a)·(?i:a)b·\\p{Greek}·{·}·]·a{·a{,2}·(?-i)a·(?U)a·\\A·\\C·[\\w-]·$^'
const permissions = '0644|644|7777|07777|8|rw|0o644||1|00000644|-1|+644|10000|4755'
const checksums = ['sha256:', 'SHA256:', 'md5:', 'sha1:', 'file:', ''].flatMap((type) =>
  [32, 40, 63, 64].map((length) => type + 'a'.repeat(length)),
)
const services = `a|a-b|-a|a-|A|a_b|a.b|${'a'.repeat(63)}|${'a'.repeat(64)}|\${NOMAD_JOB_NAME}-a|\${meta.a}|1|$a|\${attr.x.y}--|a--b`
const operators =
  '=|==|is|!=|not|<|regexp|version|semver|set_contains|set_contains_all|set_contains_any|is_set|is_not_set|distinct_hosts|' +
  'distinct_property|like|set_contains_none'
const places = '../a|../../a|../../../a|a/../../..|/a|/../../..|local/../../../x|./..'
/** attempts, interval, delay, how it grows, its most */
const reschedules =
  '3 1h 30s exponential 1h|3 2m 30s exponential 1h|3 121s 30s exponential 1h|5 10m 30s exponential 1m|5 3m 30s exponential 1m|' +
  '5 2m 30s fibonacci 1m|5 150s 30s fibonacci 1h|5 149s 30s fibonacci 1h|4 90s 30s fibonacci 1h|4 89s 30s fibonacci 1h|' +
  '2 60s 30s constant 1h|2 59s 30s constant 1h|1 10s 5s constant 1h|1 30s 30s exponential 1h|1 31s 30s exponential 1h|' +
  '1 29s 30s fibonacci 1h|2 30s 30s fibonacci 1h|6 240s 30s fibonacci 1m|8 300s 30s fibonacci 1m'

const attribute = '${attr.kernel.name}'
const constrained = (operator: string, value?: string) =>
  jobSpec({ job: { constraint: [{ attribute, operator, value }] } })

/** Values around the limits of what Nomad takes. */
const cases: readonly (readonly [string, JobSpec])[] = [
  ...crons.split('|').map((c) => [`cron ${c}`, jobSpec({ job: { type: 'batch', periodic: { crons: [c] } } })] as const),
  ...versions.split('|').flatMap((v) => ['version', 'semver'].map((o) => [`${o} ${v}`, constrained(o, v)] as const)),
  ...expressions.split('·').map((e) => [`regexp ${e}`, constrained('regexp', e)] as const),
  ...operators.split('|').flatMap((o) => [undefined, 'a', '2'].map((v) => [`${o} ${v}`, constrained(o, v)] as const)),
  ...permissions
    .split('|')
    .map(
      (perms) =>
        [`perms ${perms}`, jobSpec({ task: { template: [{ data: 'a', destination: 'local/a', perms }] } })] as const,
    ),
  ...places
    .split('|')
    .map(
      (destination) => [`to ${destination}`, jobSpec({ task: { template: [{ data: 'a', destination }] } })] as const,
    ),
  ...checksums.map((checksum) => {
    return [checksum, jobSpec({ task: { artifact: [{ source: 'https://a/b', options: { checksum } }] } })] as const
  }),
  ...services.split('|').map((name) => [`service ${name}`, jobSpec({ group: { service: [{ name }] } })] as const),
  ...reschedules.split('|').flatMap((text) => {
    const [attempts, interval, delay, how, most] = text.split(' ')
    const limits = {
      attempts: Number(attempts),
      interval,
      delay,
      delay_function: how,
      max_delay: most,
      unlimited: false,
    }
    return ['service', 'batch'].map(
      (type) => [`${type} ${text}`, jobSpec({ job: { type, reschedule: limits } })] as const,
    )
  }),
]

describe('our rules and Nomad, at the limits of what it takes', function () {
  this.timeout(120_000)

  it('agree', async () => {
    const engine = new Engine({ workers: 2 })
    const others: string[] = []
    await atOnce(cases, 4, async ([name, spec]) => {
      const { validation } = await engine.check(renderHcl(spec as unknown as ValueObject))
      const theirs = validation?.ok === true
      const ours = validate({ spec, path: 'job', detach: true }).filter((finding) => finding.level === 'error')
      if (theirs === (ours.length === 0)) return
      others.push(
        theirs
          ? `${name}: only ours, ${ours[0]?.problem ?? ''}`
          : `${name}: only ${validation?.text.error ?? 'the parser'}`,
      )
    })
    await engine.close()
    expect(others).to.deep.equal([])
  })
})
