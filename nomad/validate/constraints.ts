import type { ConstraintSpec } from '../spec'
import { levels } from './placement'
import { error, known, type Rule, warning } from './rule'

const operators: readonly string[] =
  '= == is != not > >= < <= regexp version semver set_contains set_contains_all set_contains_any is_set is_not_set distinct_hosts distinct_property'.split(
    ' ',
  )

const wantsValue = new Set(
  '= == is != not > >= < <= set_contains set_contains_all set_contains_any version semver'.split(' '),
)
const exact = new Set('${node.unique.id} ${node.unique.name} ${node.datacenter} ${node.class} ${node.pool}'.split(' '))
const number = 'v?\\d+(?:\\.\\d+)*(?:-[0-9A-Za-z-.]+)?(?:\\+[0-9A-Za-z-.]+)?'
const comparisons = {
  version: new RegExp(`^\\s*(?:=|!=|>|<|>=|<=|~>)?\\s*${number}\\s*$`),
  semver: new RegExp(`^\\s*(?:=|!=|>|<|>=|<=)?\\s*${number}\\s*$`),
}

export const constraintRules: readonly Rule[] = [
  error('constraint-operator', ['constraint'], (job, report) => {
    for (const { path, constraint } of levels(job)) {
      for (const { operator, attribute } of constraint ?? []) {
        if (!known(operator) || operators.includes(operator)) {
          if (attribute || operator === 'distinct_hosts') continue
          report({
            path,
            problem: 'a constraint has no attribute',
            given: `operator ${operator ?? '='}`,
            do: 'give it one: Node.attr(...)',
          })
        } else {
          report({
            path,
            problem: 'a constraint compares in a way that Nomad has not',
            given: `'${operator}'`,
            allowed: operators.join(' '),
            do: 'take one of these',
          })
        }
      }
    }
  }),
  error('constraint-regexp', ['operator'], (job, report) => {
    for (const { path, constraint } of levels(job)) {
      for (const { operator, value } of constraint ?? []) {
        if (operator !== 'regexp' || !known(value)) continue
        const problem = badRegexp(value)
        if (problem !== undefined) {
          report({
            path,
            problem: `a constraint's regular expression doesn't compile: ${problem}`,
            given: value,
            do: 'correct it',
          })
        }
      }
    }
  }),
  error('constraint-value', (job, report) => {
    for (const { path, constraint, affinity } of levels(job)) {
      for (const one of [...(constraint ?? []), ...(affinity ?? [])]) {
        const operator = one.operator ?? '='
        const has = one.value !== undefined && one.value !== ''
        const bare = operator === 'is_set' || operator === 'is_not_set'
        if (wantsValue.has(operator) ? has : bare ? !has : true) continue
        report({
          path,
          problem: bare ? `'${operator}' compares with nothing` : `'${operator}' has nothing to compare with`,
          given: `${one.attribute ?? ''} ${operator} '${one.value ?? ''}'`,
          do: bare ? 'leave the value out' : 'give it a value',
        })
      }
    }
  }),
  error('constraint-version', ['operator'], (job, report) => {
    for (const { path, constraint, affinity } of levels(job)) {
      for (const { operator, value } of [...(constraint ?? []), ...(affinity ?? [])]) {
        if ((operator !== 'version' && operator !== 'semver') || !known(value) || value.includes('${')) continue
        if (value.split(',').every((part) => comparisons[operator].test(part))) continue
        report({
          path,
          problem: `'${operator}' doesn't compare with versions`,
          given: `'${value}'`,
          allowed: operator === 'version' ? `'>= 1.8', '~> 1.8.2', '>= 1.8, < 2'` : `'>= 1.8.0', '>= 1.8.0, < 2.0.0'`,
          do: 'correct it',
        })
      }
    }
  }),
  error('distinct-property', ['operator'], (job, report) => {
    for (const { path, constraint } of levels(job)) {
      for (const { operator, value } of constraint ?? []) {
        if (operator !== 'distinct_property' || !known(value) || value === '' || /^0*[1-9]\d*$/.test(value)) continue
        report({
          path,
          problem: 'so many allocations for each value of a property is no number',
          given: `'${value}'`,
          allowed: '1 or more',
          do: 'use Constraint.distinctProperty(attribute, n)',
        })
      }
    }
  }),
  error('constraint-attribute', ['constraint'], (job, report) => {
    for (const { path, constraint } of levels(job)) {
      for (const { attribute } of constraint ?? []) {
        if (!known(attribute) || !attribute.startsWith('$') || exact.has(attribute)) continue
        if (/^\$\{(?:attr|device|meta)\..*\}$/.test(attribute)) continue
        report({
          path,
          problem: 'nodes are not chosen by this: Nomad looks for it in vain',
          given: attribute,
          allowed: 'Node.id, Node.name, Node.datacenter, Node.class, Node.pool, Node.attr(...), Node.meta(...)',
          do: 'take one of these',
        })
      }
    }
  }),
  warning('constraint-literal', (job, report) => {
    for (const { path, constraint, affinity } of levels(job)) {
      for (const { attribute } of [...(constraint ?? []), ...(affinity ?? [])]) {
        if (!known(attribute) || !/^(?:attr|meta|node)\.[\w.-]+$/.test(attribute)) continue
        report({
          path,
          problem: 'this is a text of its own, and no attribute of a node',
          given: `'${attribute}'`,
          allowed: `'\${${attribute}}'`,
          do: 'use Node.attr(...), Node.meta(...) or the other names in Node',
        })
      }
    }
  }),
  error('constraint-contradiction', ['constraint'], (job, report) => {
    for (const { path, constraint } of levels(job)) {
      const wanted = new Map<string, ConstraintSpec>()
      for (const one of constraint ?? []) {
        if (!/^(?:=|==|is)$/.test(one.operator ?? '=') || !known(one.attribute) || !known(one.value)) continue
        const other = wanted.get(one.attribute)
        wanted.set(one.attribute, one)
        if (!other || other.value === one.value || one.value.includes('${')) continue
        report({
          path,
          problem: 'no node meets both of these constraints',
          given: `${one.attribute} = '${other.value ?? ''}' and = '${one.value}'`,
          allowed: `one value, or set_contains_any and regexp for several`,
          do: 'leave one out',
        })
      }
    }
  }),
]

const compiled = new Map<string, string | undefined>()

/** Go's regular expressions have no look-around and no back references. Each text is tried once. */
function badRegexp(source: string): string | undefined {
  if (!compiled.has(source)) compiled.set(source, tryRegexp(source))
  return compiled.get(source)
}

function tryRegexp(source: string): string | undefined {
  if (/\(\?<?[=!]/.test(source)) return 'Go has no look-around'
  for (const [, escaped = ''] of source.matchAll(/\\(.)/g)) {
    if (/[1-9]/.test(escaped)) return 'Go has no back references'
    if (/[a-zA-Z]/.test(escaped) && !'AabBdDfnpPQErsStvwWxz'.includes(escaped)) return `Go has no \\${escaped}`
  }
  if ([...source.matchAll(/\{(\d+)/g)].some(([, times]) => Number(times) > 1000)) return 'Go repeats 1000 times at most'
  try {
    new RegExp(
      source
        .replace(/\(\?[a-zA-Z-]+\)/g, '')
        .replace(/\(\?P</g, '(?<')
        .replace(/\(\?[a-zA-Z-]+:/g, '(?:'),
    )
    return undefined
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}
