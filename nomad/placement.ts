import type { AffinitySpec, ConstraintSpec, SpreadSpec } from './spec'

/** How an attribute is compared. */
export type Operator =
  | '='
  | '!='
  | '>'
  | '>='
  | '<'
  | '<='
  | 'regexp'
  | 'version'
  | 'semver'
  | 'set_contains'
  | 'set_contains_any'
  | 'is_set'
  | 'is_not_set'

/** What must be true of a node, or nothing is placed there. */
export class Constraint {
  private constructor(private readonly spec: ConstraintSpec) {}

  /** `Constraint.where(Node.attr('kernel.name'), '=', 'linux')` */
  static where(attribute: string, operator: Operator, value?: string): Constraint {
    return new Constraint({ attribute, operator: operator === '=' ? undefined : operator, value })
  }

  /** Each allocation on a node of its own: of the job, or of the group that carries it. */
  static distinctHosts(): Constraint {
    return new Constraint({ operator: 'distinct_hosts', value: 'true' })
  }

  /** At most `limit` allocations on nodes that share the attribute's value. */
  static distinctProperty(attribute: string, limit = 1): Constraint {
    return new Constraint({ attribute, operator: 'distinct_property', value: String(limit) })
  }

  /** The `constraint` block, by Nomad's own names. */
  toSpec(): ConstraintSpec {
    return { ...this.spec }
  }
}

/** What is preferred of a node. */
export class Affinity {
  private constructor(private readonly spec: AffinitySpec) {}

  /** @param weight -100 (keep away) to 100 (by all means) @throws RangeError for another weight */
  static where(attribute: string, operator: Operator, value: string, weight = 50): Affinity {
    if (!Number.isInteger(weight) || weight < -100 || weight > 100 || weight === 0) {
      throw new RangeError(`Expected a weight of -100 to 100 and not 0, got ${weight}`)
    }
    return new Affinity({ attribute, operator: operator === '=' ? undefined : operator, value, weight })
  }

  /** The `affinity` block, by Nomad's own names. */
  toSpec(): AffinitySpec {
    return { ...this.spec }
  }
}

/** How allocations are spread over the values of an attribute. */
export class Spread {
  private constructor(private readonly spec: SpreadSpec) {}

  /**
   * `Spread.over(Node.datacenter)` evenly; with targets by percent: `Spread.over(Node.datacenter, { targets: { dc1: 70, dc2: 30 } })`.
   */
  static over(
    attribute: string,
    options: { weight?: number; targets?: Readonly<Record<string, number>> } = {},
  ): Spread {
    const targets = Object.entries(options.targets ?? {}).map(([value, percent]) => ({ value, percent }))
    return new Spread({ attribute, weight: options.weight, target: targets.length > 0 ? targets : undefined })
  }

  /** The `spread` block, by Nomad's own names. */
  toSpec(): SpreadSpec {
    return { ...this.spec }
  }
}
