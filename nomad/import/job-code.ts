import { call, type Code, literal, object, value } from './code'
import type { SpecObject } from './decode'
import { type Context, Fields, isSpecObject, sayingTheSame, specList } from './fields'
import { affinityCode, constraintCode, listCode, migrateCode, rescheduleCode, spreadCode, updateCode } from './values'

/** The properties of a job. Its groups are not among them. */
export function jobCode(context: Context, spec: SpecObject): Code & { kind: 'object' } {
  const f = new Fields(context, spec)
  f.put('jobId', literal(spec.id), 'id')
  f.drop('group')
  f.plain('name', 'name', 'string')
  f.plain('type', 'type', 'string', ['service', 'batch', 'system', 'sysbatch'])
  if (context.exact && spec.type === undefined) f.override('type', value(undefined))
  f.plain('region', 'region', 'string')
  f.plain('namespace', 'namespace', 'string')
  f.plain('datacenters', 'datacenters', 'texts')
  f.plain('nodePool', 'node_pool', 'string')
  f.plain('priority', 'priority', 'number')
  f.plain('allAtOnce', 'all_at_once', 'boolean')
  f.put('constraints', listCode(context, spec.constraint, constraintCode), 'constraint')
  f.put('affinities', listCode(context, spec.affinity, affinityCode, { weight: 50 }), 'affinity')
  f.put('spreads', listCode(context, spec.spread, spreadCode), 'spread')
  const { update, reschedule, migrate, periodic, ui } = spec
  if (isSpecObject(update)) f.typed('update', 'update', () => updateCode(context, update))
  // Nomad fills in nothing here, so defaults that were spelled out would be another job
  if (isSpecObject(reschedule)) f.typed('reschedule', 'reschedule', () => rescheduleCode(context, reschedule))
  if (isSpecObject(migrate)) f.typed('migrate', 'migrate', () => migrateCode(context, migrate))
  if (isSpecObject(periodic)) f.put('periodic', periodicCode(context, periodic), 'periodic')
  f.typed('parameterized', 'parameterized', (parameterized) => parameterizedCode(context, parameterized as SpecObject))
  f.map('meta', 'meta')
  if (isSpecObject(ui)) f.put('ui', uiCode(ui), 'ui')
  if (promotedByHand(context, spec)) {
    const why = 'Terraform does not wait for the deployment: it waits for somebody to promote the canaries.'
    f.entries.push({ key: 'detach', code: value(true), comments: [why] })
  }
  return f.object()
}

/** Whether a deployment of the job waits for a person: then Terraform, which would wait by itself, mustn't. */
function promotedByHand(context: Context, spec: SpecObject): boolean {
  if (context.jobType !== 'service' && context.jobType !== 'system') return false
  return specList(spec.group).some((group) => {
    const own = {
      ...(isSpecObject(spec.update) ? spec.update : {}),
      ...(isSpecObject(group.update) ? group.update : {}),
    }
    return typeof own.canary === 'number' && own.canary > 0 && own.auto_promote !== true
  })
}

/** `Periodic.cron(...)`, whether the file has `cron` or `crons`: to Nomad one expression and a list of one are the same times. */
function periodicCode(context: Context, spec: SpecObject): Code | undefined {
  const wanted = context.exact ? spec : withCrons(spec)
  return (
    sayingTheSame(context, () => cronCode(context, spec), wanted) ??
    sayingTheSame(context, () => call('Periodic.of', literal(spec)), spec)
  )
}

function cronCode(context: Context, spec: SpecObject): Code | undefined {
  const f = new Fields(context, spec)
  f.drop('cron', 'crons')
  f.plain('timeZone', 'time_zone', 'string')
  f.plain('prohibitOverlap', 'prohibit_overlap', 'boolean')
  f.plain('enabled', 'enabled', 'boolean')
  const { crons } = withCrons(spec)
  if (!Array.isArray(crons) || f.rest.length > 0) return undefined
  return call('Periodic.cron', literal(crons.length === 1 ? crons[0] : crons), f.object())
}

function withCrons({ cron, ...spec }: SpecObject): SpecObject {
  if (cron === undefined) return spec
  return Array.isArray(spec.crons) && spec.crons.length > 0 ? { cron, ...spec } : { ...spec, crons: [cron] }
}

function parameterizedCode(context: Context, spec: SpecObject): Code | undefined {
  const f = new Fields(context, spec)
  f.plain('payload', 'payload', 'string', ['optional', 'required', 'forbidden'])
  f.plain('metaRequired', 'meta_required', 'texts')
  f.plain('metaOptional', 'meta_optional', 'texts')
  return f.rest.length > 0 ? undefined : call('Parameterized.of', f.object())
}

function uiCode(spec: SpecObject): Code | undefined {
  const links = specList(spec.link)
  if (links.some((link) => typeof link.label !== 'string' || typeof link.url !== 'string')) return undefined
  return object({
    description: typeof spec.description === 'string' ? value(spec.description) : undefined,
    links: links.length > 0 ? literal(links) : undefined,
  })
}
