import type { IConstruct } from 'constructs'
import { isUnresolved } from './host'
import { changed } from './revision'
import type { NomadVersion } from './version'
import { error, type Rule, tasksOf } from './validate/rule'

const policiesOf = new WeakMap<IConstruct, Rule[]>()
const versionOf = new WeakMap<IConstruct, NomadVersion>()
/** Whether anything was said of any fleet: most apps say nothing, and then nobody has to look for it. */
let anyPolicy = false
let anyVersion = false

/** What every job below a construct must keep to. */
export class Fleet {
  private constructor(private readonly scope: IConstruct) {}

  /** The jobs of an app, a stack, or anything else that holds jobs. */
  static of(scope: IConstruct): Fleet {
    return new Fleet(scope)
  }

  /** Adds policies. They are checked like any other rule, and silenced like one. */
  require(...policies: readonly Rule[]): this {
    policiesOf.set(this.scope, [...(policiesOf.get(this.scope) ?? []), ...policies])
    anyPolicy = true
    changed()
    return this
  }

  /**
   * Says which version of Nomad the cluster runs: what that doesn't have yet is an error. The nearest one counts.
   * @default '1.11'
   */
  runs(version: NomadVersion): this {
    versionOf.set(this.scope, version)
    anyVersion = true
    changed()
    return this
  }

  /** The version that jobs at or below a construct are checked for, where one is said. */
  static versionFor(construct: IConstruct): NomadVersion | undefined {
    if (!anyVersion) return undefined
    let version: NomadVersion | undefined
    for (const scope of construct.node.scopes) version = versionOf.get(scope) ?? version
    return version
  }

  /** The policies that hold for a construct: its own, and those of everything above it. */
  static policiesFor(construct: IConstruct): readonly Rule[] {
    if (!anyPolicy) return []
    const all: Rule[] = []
    for (const scope of construct.node.scopes) all.push(...(policiesOf.get(scope) ?? []))
    return all
  }
}

/** Policies for {@link Fleet}. A policy of your own is a rule: `{ name, level, check }`. */
export const Policy = {
  /** Every job says in its meta who owns it. */
  owner(key = 'owner'): Rule {
    return error('policy-owner', (job, report) => {
      if (job.spec.meta?.[key]) return
      report({
        path: job.path,
        problem: 'the job has no owner',
        given: `no meta '${key}'`,
        do: `set meta: { ${key}: ... }`,
      })
    })
  },

  /** Every task has limits of CPU and memory. */
  limits(): Rule {
    return error('policy-limits', (job, report) => {
      for (const { task, path } of tasksOf(job)) {
        const { cpu, cores, memory } = task.resources ?? {}
        const missing = [
          cpu === undefined && cores === undefined ? 'cpu' : '',
          memory === undefined ? 'memory' : '',
        ].filter(Boolean)
        if (missing.length === 0) continue
        report({
          path,
          problem: `the task has no limit of ${missing.join(' and ')}`,
          do: 'set resources: { cpu, memory }',
        })
      }
    })
  },

  /** Every image comes from one of these registries. */
  registries(...registries: readonly string[]): Rule {
    return error('policy-registries', (job, report) => {
      for (const { task, path } of tasksOf(job)) {
        const image = task.driver === 'docker' || task.driver === 'podman' ? task.config?.image : undefined
        if (typeof image !== 'string' || isUnresolved(image)) continue
        if (registries.some((registry) => image.startsWith(`${registry}/`))) continue
        report({
          path,
          problem: 'the image comes from a registry that the fleet does not allow',
          given: `'${image}'`,
          allowed: registries.map((registry) => `'${registry}/...'`).join(', '),
          do: 'push it to one of these',
        })
      }
    })
  },

  /** No container is privileged. */
  unprivileged(): Rule {
    return error('policy-unprivileged', (job, report) => {
      for (const { task, path } of tasksOf(job)) {
        if (task.config?.privileged !== true) continue
        report({
          path,
          problem: 'the fleet allows no privileged containers',
          given: 'privileged: true',
          do: 'use capAdd',
        })
      }
    })
  },
} as const
