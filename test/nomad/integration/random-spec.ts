import fc from 'fast-check'
import type { FieldSchema, FreeValue, JobSpec } from '../../../nomad/spec'
import { structs } from '../../../nomad/spec'
import { isWellFormed } from '../../../nomad/hcl/strings'

/** Pieces of text that one of the languages between TypeScript and the task takes for its own. */
const nasty = [
  '$',
  '{',
  '}',
  '%',
  '"',
  '\\',
  '\n',
  '\r',
  '\r\n',
  '\t',
  'EOT',
  ' ',
  '${',
  '%{',
  '$${',
  '%%{',
  '{{',
  '}}',
  '[[',
  ']]',
  '`',
  "'",
  '${NOMAD_PORT_http}',
  '${node.unique.name}',
  '${attr.cpu.arch}',
  '${meta.x}',
  '${env["HOME"]}',
  '{{ key "x" }}',
  '\\u0041',
  '<<EOT\n',
  '<<-X\n',
  '#',
  '//',
  '/*',
  '=',
  '\u0001',
  '\u007f',
  '\u2028',
  '\ufeff',
  'é',
  '日本',
  '😀',
  'var.x',
  '~}',
  '%%',
  '$$',
]

/** Any text that a job can carry: whole characters, composed, without NUL. */
export const anyText: fc.Arbitrary<string> = fc
  .oneof(
    fc.array(fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 8 }),
    fc.array(fc.constantFrom(...nasty), { minLength: 1, maxLength: 12 }),
  )
  .map((pieces) => pieces.join('').replaceAll('\0', '').normalize('NFC'))
  .filter((text) => isWellFormed(text) && text.normalize('NFC') === text)

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
const key = fc.oneof(
  { arbitrary: name, weight: 4 },
  { arbitrary: fc.stringMatching(/^[a-z]{1,3}[. /][a-z]{1,3}$/), weight: 1 },
)
const duration = fc.constantFrom('0s', '1s', '30s', '90s', '1m30s', '150ms', '2h', '1h15m30s')

const free = fc.letrec<{ value: FreeValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    anyText,
    fc.integer({ min: -1000, max: 100000 }),
    fc.boolean(),
    fc.array(anyText, { maxLength: 3 }),
    fc.array(fc.dictionary(name, tie('value'), { minKeys: 1, maxKeys: 3 }), { minLength: 1, maxLength: 2 }),
    fc.dictionary(key, tie('value'), { minKeys: 1, maxKeys: 3 }),
  ),
})).value

function scalar(type: string): fc.Arbitrary<unknown> {
  const inner = /^(list|map)\((.*)\)$/.exec(type)
  if (inner?.[1] === 'list') return fc.array(scalar(inner[2] ?? ''), { minLength: 1, maxLength: 3 })
  if (inner?.[1] === 'map') return fc.dictionary(key, scalar(inner[2] ?? ''), { minKeys: 1, maxKeys: 3 })
  if (type === 'string') return anyText
  if (type === 'int') return fc.integer({ min: 0, max: 100 })
  if (type === 'bool') return fc.boolean()
  if (type === 'duration') return duration
  return free
}

/** What Nomad's parser refuses beyond the schema, or takes for something else than it is. */
const leftOut: Readonly<Record<string, readonly string[]>> = {
  // its parser gives a task that has secrets its own twice, instead of the group's
  Job: ['secret'],
  TaskGroup: ['secret'],
  // 'horizontal' in a group; in a task its label says it
  ScalingPolicy: ['type'],
}

/** What the parser wants beyond the schema. */
const required: Readonly<Record<string, readonly string[]>> = { ScalingPolicy: ['max'] }

/** Values of a struct of the jobspec: labels and what is required always, all else now and then. */
function struct(of: string, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const fields = (structs[of]?.fields ?? []).filter(
    (field) => field.since !== '2.0' && !leftOut[of]?.includes(field.hcl) && (field.ref === undefined || depth > 0),
  )
  const shape = Object.fromEntries(fields.map((field) => [field.hcl, value(of, field, depth - 1)]))
  const requiredKeys = fields
    .filter((field) => field.required || required[of]?.includes(field.hcl))
    .map((field) => field.hcl)
  // few at a time: a job with everything is too large to read when it fails
  return fc
    .tuple(fc.record(shape, { requiredKeys }), fc.infiniteStream(fc.nat(99)))
    .map(([record, dice]) =>
      Object.fromEntries(
        Object.entries(record).filter(
          ([field, item]) => item !== undefined && (requiredKeys.includes(field) || Number(dice.next().value) < 35),
        ),
      ),
    )
}

function value(of: string, field: FieldSchema, depth: number): fc.Arbitrary<unknown> {
  const ref = field.ref ?? ''
  switch (field.form) {
    case 'label':
      return name
    case 'attribute':
      return scalar(field.type ?? 'any')
    case 'map':
      return fc.dictionary(field.anyKey ? key : name, scalar(field.type ?? 'any'), { minKeys: 1, maxKeys: 3 })
    case 'free':
      return fc.dictionary(name, free, { minKeys: 1, maxKeys: 3 })
    case 'block':
      return struct(ref, depth)
    case 'scaling':
      return struct(ref, depth).map((policy) => [{ ...policy, type: 'vertical_cpu' }])
    default: {
      const label = structs[ref]?.label ?? 'name'
      const many = of === 'Job' || of === 'TaskGroup' ? 2 : 3
      const unique = structs[ref]?.label === undefined && ref !== 'WorkloadIdentity' ? undefined : label
      const items = struct(ref, depth)
      return unique === undefined
        ? fc.array(items, { minLength: 1, maxLength: many })
        : fc.uniqueArray(items, { minLength: 1, maxLength: many, selector: (item) => item[unique] })
    }
  }
}

/** A job of Nomad's jobspec, with anything in it. */
export const anyJob: fc.Arbitrary<JobSpec> = struct('Job', 7).map((job) => job as unknown as JobSpec)
