import type { Engine } from 'nomad-engine'
import { renderHcl, type ValueObject } from '../../../nomad/hcl'
import type { JobSpec } from '../../../nomad/spec'
import { corpus } from '.'
import { nameOf, type Verdict } from './table'

/** A server as it is when it is new: only the built-in namespace and node pools are there. */
const server = { namespaces: [], nodePools: [] }

/** Asks Nomad's parser and server about each bad job of the corpus. */
export async function askNomad(engine: Engine): Promise<Record<string, Verdict>> {
  const verdicts: Record<string, Verdict> = {}
  for (const one of corpus) {
    const bad = await judge(engine, one.bad)
    // what Nomad says of the good neighbour too is not about what makes this one bad
    const usual = bad.nomad === 'warning' ? (await judge(engine, one.good)).warnings : []
    const nomad = bad.nomad === 'warning' && bad.warnings.every((text) => usual.includes(text)) ? 'nothing' : bad.nomad
    verdicts[nameOf(one)] = { nomad, plan: bad.plan }
  }
  return verdicts
}

async function judge(engine: Engine, spec: JobSpec): Promise<Verdict & { readonly warnings: readonly string[] }> {
  let hcl: string
  try {
    hcl = renderHcl(spec as unknown as ValueObject)
  } catch {
    // a text that HCL can't carry: there is no file that anybody else could read
    return { nomad: 'nothing', plan: 'nothing', warnings: [] }
  }
  let answer: Awaited<ReturnType<Engine['check']>>
  try {
    answer = await engine.check(hcl, { server })
  } catch (cause) {
    // Nomad's own code ended at a nil pointer: a server closes the connection there
    if (cause instanceof Error && cause.message.includes('nil pointer')) {
      return { nomad: 'crash', plan: 'nothing', warnings: [] }
    }
    throw cause
  }
  const { parsed, validation } = answer
  if (!parsed.ok) return { nomad: 'error', plan: 'error', warnings: [] }
  const warnings = (validation?.warnings ?? []).map((warning) => warning.message)
  const nomad = validation?.ok !== true ? 'error' : warnings.length > 0 ? 'warning' : 'nothing'
  return { nomad, plan: 'nothing', warnings }
}
