import { GtidSet } from './gtid.js'
import { received, type MysqlState, type PrimaryRecord } from './state.js'

/** A member of the group as a promotion found it, with its receiver already stopped. */
export interface Candidate {
  readonly instance: string
  /** Undefined: it didn't answer, or its mysqld didn't. */
  readonly mysql: MysqlState | undefined
  /** It was stopped in order, and this is all that it had. */
  readonly left?: GtidSet | undefined
  /** It is being stopped: what it has counts, but it is promoted only when no other has everything, or when it is asked for. @default false */
  readonly leaving?: boolean
  /** Whom it was last told to follow. @default - not known: it may have acknowledged anything */
  readonly follows?: string | undefined
}

export interface Question {
  /** Undefined when Consul has no primary. */
  readonly primary: Pick<PrimaryRecord, 'instance' | 'waitCount' | 'base'> | undefined
  /** True when the primary's mysqld has been fenced and its set is final. */
  readonly primaryFenced: boolean
  /** All known members, the primary included, with their receivers stopped. */
  readonly members: readonly Candidate[]
  /** Which instance is asked for; undefined: the one that is furthest, first by name. */
  readonly wanted: string | undefined
  readonly force: boolean
}

export type Answer =
  | {
      readonly promote: string
      /** What the promoted instance must have applied before it may be writable. */
      readonly mustHave: GtidSet
      /** Every acknowledged write is in here: what the next promotion asks for from the start. */
      readonly base: GtidSet
      /** What may be lost, in words; empty when nothing can be. */
      readonly risks: readonly string[]
    }
  | { readonly refused: Refusal }

/** An error in four parts. */
export interface Refusal {
  readonly what: string
  readonly given: string
  readonly allowed: string
  readonly fix: string
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ')
}

/**
 * Whom to promote, or why nobody. An acknowledged write is on the primary and on `waitCount` replicas. So when fewer than
 * `waitCount` replicas are out of sight, at least one that is seen has each of them; and since the receivers of all that are
 * seen are stopped, the old primary can't collect a further acknowledgement. With the primary itself fenced and seen, its own
 * set says it all.
 *
 * "Replicas" are those that were told to follow this primary (`follows`; written before they do, with a new index of the record, so that
 * none is missing here). What was acknowledged before this primary led is in its `base`. So neither the silence of a new or a
 * replaced instance matters, nor what an earlier primary still has that nobody was told of.
 */
export function choose(question: Question): Answer {
  const { primary, members, wanted, force } = question
  const counts = ({ follows }: Candidate): boolean =>
    primary?.base === undefined || follows === undefined || follows === primary.instance
  const seen = members.flatMap((member) => {
    const set = member.mysql === undefined ? member.left : received(member.mysql)
    if (set === undefined) return []
    const here = member.mysql !== undefined
    const leaving = member.leaving === true || !here
    return [{ instance: member.instance, set, leaving, here, counts: counts(member) }]
  })
  const old = seen.find((member) => member.instance === primary?.instance)
  const known = question.primaryFenced && old !== undefined
  const unseen = members
    .filter(
      (member) =>
        member.mysql === undefined &&
        member.left === undefined &&
        member.instance !== primary?.instance &&
        counts(member),
    )
    .map((member) => member.instance)
  const risks: string[] = []

  if (wanted !== undefined && !members.some((member) => member.instance === wanted))
    return refuse(
      `there is no instance '${wanted}'`,
      wanted,
      list(members.map((member) => member.instance)),
      'name one of these',
    )
  if (wanted !== undefined && wanted !== primary?.instance && !seen.some((one) => one.here && one.instance === wanted))
    return refuse(
      `${wanted} does not answer, so it can't be promoted`,
      wanted,
      list(seen.map((member) => member.instance)),
      `start it, or promote one that answers`,
    )

  // The old primary counts as a candidate only by name: promoting it again is what "release" is for.
  const candidates = seen.filter(
    (member) => member.instance !== primary?.instance && member.here && !member.set.isEmpty,
  )
  if (candidates.length === 0)
    return refuse(
      'no replica answers',
      list(unseen),
      'a replica whose agent and mysqld answer',
      'bring a replica back, then ask again',
    )

  if (!known && unseen.length >= Math.max(1, primary?.waitCount ?? 1)) {
    const text = `${list(unseen)} did not answer: one of them may have acknowledged writes that nobody else has`
    if (!force)
      return refuse(
        'what was acknowledged cannot be known',
        text,
        `all instances but the primary, except at most ${Math.max(0, (primary?.waitCount ?? 1) - 1)}`,
        `bring ${unseen.length === 1 ? 'it' : 'them'} back, or 'mysql-agent forget NAME' if its data is gone for good, or --force and lose those writes`,
      )
    risks.push(`${text}; they are kept aside there when it comes back`)
  }
  if (!known && primary?.waitCount === 0) {
    const text = `${primary.instance} acknowledged writes without waiting for a replica`
    if (!force)
      return refuse(
        'what was acknowledged cannot be known',
        text,
        `a primary that answers, or one that waited for replicas`,
        `bring ${primary.instance} back, or --force and lose what only it has`,
      )
    risks.push(text)
  }

  // With the primary fenced the candidate must have its whole set; it may still have to receive it.
  const everything = seen
    .filter((member) => (member === old ? known : member.counts))
    .reduce((set, member) => set.union(member.set), GtidSet.parse(primary?.base ?? ''))
  const best = candidates
    .map((member) => ({ ...member, lacks: everything.minus(member.set) }))
    .sort(
      (a, b) =>
        // With the primary fenced the one to be promoted still gets what it lacks.
        order(Number(!known && !a.lacks.isEmpty), Number(!known && !b.lacks.isEmpty)) ||
        order(Number(a.leaving), Number(b.leaving)) ||
        order(a.lacks.count, b.lacks.count) ||
        order(Number(b.counts), Number(a.counts)) ||
        order(a.instance, b.instance),
    )
  const chosen = wanted === undefined ? best[0] : best.find((member) => member.instance === wanted)
  if (chosen === undefined)
    return refuse(
      `${wanted} is the primary already`,
      String(wanted),
      list(candidates.map((member) => member.instance)),
      'name a replica, or none for the one that is furthest',
    )
  if (!known && !chosen.lacks.isEmpty) {
    const holders = seen.filter((member) => !chosen.lacks.minus(member.set).equals(chosen.lacks))
    const names = list(holders.map((member) => member.instance))
    const text = `${chosen.instance} lacks ${chosen.lacks.count} transactions that ${names} received (${chosen.lacks.toString()})`
    if (!force)
      return refuse(
        `${chosen.instance} does not have everything`,
        text,
        best[0]?.lacks.isEmpty === true
          ? best[0].instance
          : 'an instance that has all that the others have; there is none',
        best[0]?.lacks.isEmpty === true ? `promote ${best[0].instance}` : '--force, and lose those transactions',
      )
    risks.push(text)
  }
  const complete = known ? old.set : everything
  // Promoted by force without some of it: those writes are given up.
  const base = known || chosen.lacks.isEmpty ? complete : complete.minus(chosen.lacks)
  return { promote: chosen.instance, mustHave: known ? old.set : chosen.set, base, risks }
}

function order<T extends bigint | number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function refuse(what: string, given: string, allowed: string, fix: string): Answer {
  return { refused: { what, given, allowed, fix } }
}

/** The four parts as a person reads them. */
export function explain(refusal: Refusal): string {
  return `Not promoted: ${refusal.what}\n  given    ${refusal.given}\n  allowed  ${refusal.allowed}\n  do       ${refusal.fix}`
}
