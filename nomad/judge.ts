import type { IConstruct } from 'constructs'
import type { Finding } from './errors'
import type { Variable } from './hcl'
import type { Job } from './job'

/**
 * What a judge says about a job. The `check` of `nomad-engine` answers like this.
 */
export interface Verdict {
  /** Whether Nomad's parser takes the job's text. */
  readonly parsed:
    | { readonly ok: true }
    | {
        readonly ok: false
        readonly error: string
        readonly diagnostics?: readonly {
          readonly severity?: 'error' | 'warning'
          readonly summary: string
          readonly detail?: string
          readonly start?: { readonly line: number }
          readonly source?: string
        }[]
      }
  /** What Nomad's server says about the job. Left out where it can't be parsed. */
  readonly validation?: { readonly errors: readonly Remark[]; readonly warnings: readonly Remark[] }
}

/** One thing that Nomad says. */
export interface Remark {
  /** Where in the job: `TaskGroups[web].Tasks[server]`; empty for the job itself. */
  readonly path: string
  /** What Nomad says, in its words. */
  readonly message: string
}

/** A value that stands for one that only Terraform knows. */
export type VariableValue = string | number | boolean | null

/**
 * Who says what Nomad itself says about a job. An `Engine` of the package `nomad-engine` is one as it is; anything
 * else that has a `check` is one too, e.g. a client of a running Nomad. It may answer at once or later.
 */
export interface Judge {
  /** What Nomad says about a job's text. `variables` are stand-ins for what only Terraform knows. */
  check(
    hcl: string,
    options: { readonly variables?: Readonly<Record<string, VariableValue>>; readonly path?: string },
  ): Verdict | Promise<Verdict>
}

/** Stands for a text that only Terraform knows. A remark that quotes it is about the stand-in, not about the job. */
const unknownText = 'known-after-apply'

const judges = new WeakMap<IConstruct, Judge>()
let anyJudge = false

/** What was said, and about which text: a job that changed since then has to be judged again. */
const verdicts = new WeakMap<Job, { readonly hcl: string; readonly findings: readonly Finding[] }>()

/**
 * Nomad's own verdict on jobs, beside the rules of ours.
 * @example
 * await Validation.of(app).with(new Engine()).run()
 * app.synth()
 */
export class Validation {
  private constructor(private readonly scope: IConstruct) {}

  /** The jobs of an app, a stack, or anything else that holds jobs, or one job. */
  static of(scope: IConstruct): Validation {
    return new Validation(scope)
  }

  /** Names the judge of all jobs at or below the construct. The nearest one counts. */
  with(judge: Judge): this {
    judges.set(this.scope, judge)
    anyJudge = true
    return this
  }

  /**
   * Asks the judges about every job that has one, at the same time, and remembers what they said: the synth reports it
   * together with what our rules find. A judge that answers at once needs no `run`: the synth asks it.
   * @returns what they said
   */
  async run(): Promise<readonly Finding[]> {
    const asked = this.scope.node.findAll().flatMap((construct) => {
      const judge = isJob(construct) ? judgeOf(construct) : undefined
      return judge ? [{ job: construct as Job, judge }] : []
    })
    const all = await Promise.all(asked.map(({ job, judge }) => ask(job, judge)))
    return all.flat()
  }
}

/** What a judge says about one job, whether or not it is the job's own judge. */
export async function judgeJob(job: Job, judge: Judge): Promise<readonly Finding[]> {
  return await ask(job, judge)
}

/** What the job's judge says, for a synth: nothing where there is no judge, an error where nobody awaited it. */
export function verdictOf(job: Job): readonly Finding[] {
  const judge = judgeOf(job)
  if (!judge) return []
  const said = ask(job, judge)
  return said instanceof Promise ? [notAwaited(job, said)] : said
}

function ask(job: Job, judge: Judge): readonly Finding[] | Promise<readonly Finding[]> {
  const { hcl, declared } = job.render()
  const remembered = verdicts.get(job)
  if (remembered?.hcl === hcl) return remembered.findings
  const keep = (verdict: Verdict) => {
    const findings = findingsOf(verdict, job.node.path, hcl)
    verdicts.set(job, { hcl, findings })
    return findings
  }
  const verdict = judge.check(hcl, { variables: standIns(declared), path: `${job.jobId}.nomad.hcl` })
  return verdict instanceof Promise ? verdict.then(keep) : keep(verdict)
}

/** Texts get a text that is valid in most places, numbers 1 or what they are known to be like, all else is left unset. */
function standIns(variables: readonly Variable[]): Record<string, VariableValue> {
  return Object.fromEntries(
    variables.map(({ name, type, standIn = 1 }) => [
      name,
      type === 'string' ? unknownText : type === 'number' ? standIn : null,
    ]),
  )
}

function findingsOf(verdict: Verdict, path: string, hcl: string): readonly Finding[] {
  const findings: Finding[] = []
  if (!verdict.parsed.ok) {
    const { error, diagnostics } = verdict.parsed
    for (const d of diagnostics ?? [{ summary: error }]) {
      const text = d.detail === undefined || d.detail === '' ? d.summary : `${d.summary}: ${d.detail}`
      findings.push({
        rule: 'nomad-parser',
        level: d.severity ?? 'error',
        path: `${path}${'start' in d && d.start ? enclosing(hcl, d.start.line) : ''}`,
        problem: `Nomad can't read the job: ${text}`,
        given: 'source' in d ? d.source?.trim() : undefined,
        do: 'change what this line comes from',
      })
    }
  }
  const remarks = [
    ...(verdict.validation?.errors ?? []).map((remark) => ({ remark, level: 'error' as const })),
    ...(verdict.validation?.warnings ?? []).map((remark) => ({ remark, level: 'warning' as const })),
  ]
  for (const { remark, level } of remarks) {
    findings.push({
      rule: level === 'error' ? 'nomad-refuses' : 'nomad-warns',
      level,
      path: `${path}${constructPath(remark.path)}`,
      problem: `Nomad says: ${remark.message}`,
      do: level === 'error' ? 'change it: the server would refuse the job' : 'change it, or silence this',
    })
  }
  return findings.filter((f) => !`${f.problem} ${f.given ?? ''}`.includes(unknownText))
}

/** `TaskGroups[web].Tasks[server].Services[x]` is the task's construct `/web/server`. */
function constructPath(path: string): string {
  return [...path.matchAll(/\b(?:TaskGroups|Tasks)\[([^\]]*)\]/g)].map(([, name]) => `/${name}`).join('')
}

/** The group and task whose block holds a line of the HCL that our writer made. */
function enclosing(hcl: string, line: number): string {
  let group = ''
  let task = ''
  for (const text of hcl.split('\n').slice(0, line)) {
    const start = /^( {2}| {4})(group|task) "([^"]*)" \{/.exec(text)
    if (start?.[2] === 'group' && start[1]?.length === 2) [group, task] = [`/${start[3]}`, '']
    else if (start?.[2] === 'task' && start[1]?.length === 4) task = `/${start[3]}`
    else if (text === '    }') task = ''
    else if (text === '  }') [group, task] = ['', '']
  }
  return group + task
}

function notAwaited(job: Job, pending: Promise<unknown>): Finding {
  // the answer comes too late for this synth; what goes wrong with it is not news
  pending.catch(() => undefined)
  return {
    rule: 'not-judged',
    level: 'error',
    path: job.node.path,
    problem: `the job's judge answers later, and nobody waited for it before the synth`,
    given: 'Validation.of(...).with(judge)',
    do: 'write await Validation.of(app).run() before app.synth()',
  }
}

function judgeOf(job: Job): Judge | undefined {
  if (!anyJudge) return undefined
  for (const scope of [...job.node.scopes].reverse()) {
    const judge = judges.get(scope)
    if (judge) return judge
  }
  return undefined
}

function isJob(construct: IConstruct): construct is Job {
  return 'jobId' in construct && 'render' in construct
}
