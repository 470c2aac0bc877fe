/** The cluster under test, as the environment names it (`eval "$(bootstrap/env --fleet NAME)"`). */

function need(name: string): string {
  const value = process.env[name]
  if (!value)
    throw new Error(`${name} is not set: run the end-to-end tests by bootstrap/test, or after eval "$(bootstrap/env)"`)
  return value
}

async function json<T>(url: string, init: RequestInit): Promise<T> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(20_000) })
  if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${url}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** Asks Nomad's HTTP API; any server that answers will do. */
export async function nomad<T>(path: string, init: RequestInit = {}): Promise<T> {
  const headers = { 'X-Nomad-Token': need('NOMAD_TOKEN') }
  return firstOf(await nomadAddresses(), (base) => json<T>(`${base}/v1${path}`, { ...init, headers }))
}

/** Asks Consul's HTTP API; any agent that answers will do. */
export async function consul<T>(path: string): Promise<T> {
  const headers = { 'X-Consul-Token': need('CONSUL_HTTP_TOKEN') }
  return firstOf(await consulAddresses(), (base) => json<T>(`${base}/v1${path}`, { headers }))
}

async function firstOf<T>(bases: readonly string[], ask: (base: string) => Promise<T>): Promise<T> {
  let failure: unknown
  for (const base of bases) {
    try {
      return await ask(base)
    } catch (error) {
      failure = error
      // An answer that is an error is an answer; only an agent that can't be reached is worth another try.
      if (error instanceof Error && /: [45]\d\d /.test(error.message)) throw error
    }
  }
  throw failure
}

// Nodes 1 to 3 are servers; the environment names one that answered when it was made.
const siblings = (address: string): string[] => {
  const url = new URL(address)
  const network = url.hostname.split('.').slice(0, 3).join('.')
  return [11, 12, 13].map((last) => `${url.protocol}//${network}.${last}:${url.port}`)
}
const nomadAddresses = async () => siblings(need('NOMAD_ADDR'))
const consulAddresses = async () => siblings(need('CONSUL_HTTP_ADDR'))

export interface ClusterNode {
  readonly number: number
  readonly name: string
  readonly address: string
}

/** The nodes of the fleet, by number. */
export function nodes(): ClusterNode[] {
  const [a, b, c] = new URL(need('NOMAD_ADDR')).hostname.split('.')
  const fleet = need('SHOAL_FLEET')
  return Array.from({ length: Number(need('SHOAL_NODES')) }, (_, i) => ({
    number: i + 1,
    name: `${fleet}-${i + 1}`,
    address: `${a}.${b}.${c}.${11 + i}`,
  }))
}

export interface ServiceInstance {
  readonly Node: { readonly Node: string; readonly Address: string }
  readonly Service: { readonly ID: string; readonly Service: string; readonly Address: string; readonly Port: number }
  readonly Checks: readonly { readonly Status: string; readonly Name: string; readonly Output: string }[]
}

/** The instances of a service that Consul calls passing. */
export const passing = (service: string) => consul<ServiceInstance[]>(`/health/service/${service}?passing=true`)

export interface JobStatus {
  readonly ID: string
  readonly Status: string
  readonly Type: string
  readonly Version: number
}

export interface Allocation {
  readonly ID: string
  readonly NodeName: string
  readonly TaskGroup: string
  readonly ClientStatus: string
  readonly DesiredStatus: string
}

/** The running allocations of a job. */
export async function running(job: string): Promise<Allocation[]> {
  const all = await nomad<Allocation[]>(`/job/${job}/allocations`)
  return all.filter((a) => a.ClientStatus === 'running' && a.DesiredStatus === 'run')
}

/** The items of a Nomad variable. */
export async function variable(path: string): Promise<Record<string, string>> {
  return (await nomad<{ Items: Record<string, string> }>(`/var/${path}`)).Items
}
