/** What a set of rows must be. */
export interface Expected {
  /** Rows whose success somebody was told of: each exactly once, everywhere. */
  readonly acknowledged: ReadonlySet<number>
  /** Rows that were sent and not acknowledged: at most once, and the same on all instances. */
  readonly unknown: ReadonlySet<number>
}

/** One instance's rows: how often it has each id. */
export type Rows = ReadonlyMap<number, number>

/** What is wrong; all lists empty when nothing is. */
export interface RowFindings {
  readonly lost: readonly { readonly instance: string; readonly ids: readonly number[] }[]
  readonly doubled: readonly { readonly instance: string; readonly ids: readonly number[] }[]
  /** Rows that nobody sent. */
  readonly invented: readonly { readonly instance: string; readonly ids: readonly number[] }[]
  /** Unknown rows that some instances have and others lack. */
  readonly differing: readonly number[]
  /** Unknown rows that are there. */
  readonly unknownThere: number
}

/** Compares what each instance has with what was acknowledged. */
export function judgeRows(expected: Expected, instances: ReadonlyMap<string, Rows>): RowFindings {
  const { acknowledged, unknown } = expected
  const per = (pick: (rows: Rows) => number[]) =>
    [...instances].map(([instance, rows]) => ({ instance, ids: pick(rows) })).filter(({ ids }) => ids.length > 0)
  const all = [...instances.values()]
  const having = (id: number): number => all.filter((rows) => rows.has(id)).length
  return {
    lost: per((rows) => [...acknowledged].filter((id) => !rows.has(id))),
    doubled: per((rows) => [...rows].filter(([, times]) => times > 1).map(([id]) => id)),
    invented: per((rows) => [...rows.keys()].filter((id) => !acknowledged.has(id) && !unknown.has(id))),
    differing: [...unknown].filter((id) => having(id) > 0 && having(id) < all.length),
    unknownThere: [...unknown].filter((id) => having(id) > 0).length,
  }
}

/** How many different ids are wrong, for a table. */
export function countRows(findings: RowFindings): { lost: number; doubled: number; invented: number } {
  const different = (lists: RowFindings['lost']): number => new Set(lists.flatMap(({ ids }) => ids)).size
  return {
    lost: different(findings.lost),
    doubled: different(findings.doubled),
    invented: different(findings.invented),
  }
}
