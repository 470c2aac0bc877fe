import type { Api } from './api.js'

export interface JobStatus {
  readonly id: string
  readonly type: string
  readonly status: string
  readonly running: number
  /** Allocations that should run: those that do, start, or wait for a place. */
  readonly wanted: number
  readonly failed: number
  /** Of a parameterized job: how often it was dispatched and is not finished. */
  readonly parameterized: boolean
}

export interface ServiceStatus {
  readonly name: string
  readonly passing: number
  readonly critical: number
}

interface TaskGroupSummary {
  readonly Queued: number
  readonly Running: number
  readonly Starting: number
  readonly Failed: number
  readonly Lost: number
}

interface JobStub {
  readonly ID: string
  readonly Type: string
  readonly Status: string
  readonly ParentID: string
  readonly ParameterizedJob: boolean
  readonly JobSummary?: { readonly Summary: Record<string, TaskGroupSummary> | null }
}

/** Every job that Nomad has, in all namespaces; dispatched children are left out. */
export async function readJobs(nomad: Api): Promise<JobStatus[]> {
  const stubs = (await nomad.try<JobStub[]>('/v1/jobs?namespace=*')) ?? []
  return stubs.filter((stub) => stub.ParentID === '').map(jobStatus)
}

export function jobStatus(stub: JobStub): JobStatus {
  const groups = Object.values(stub.JobSummary?.Summary ?? {})
  const sum = (field: keyof TaskGroupSummary): number => groups.reduce((total, group) => total + group[field], 0)
  return {
    id: stub.ID,
    type: stub.Type,
    status: stub.ParameterizedJob && stub.Status === 'running' ? 'ready for dispatch' : stub.Status,
    running: sum('Running'),
    wanted: sum('Running') + sum('Starting') + sum('Queued'),
    failed: sum('Failed'),
    parameterized: stub.ParameterizedJob,
  }
}

interface Check {
  readonly ServiceName: string
  readonly ServiceID: string
  readonly Status: string
}

interface Instance {
  readonly ServiceName: string
  readonly ServiceID: string
}

/** How many instances of each service pass all their checks, and how many don't. */
export async function readServices(consul: Api): Promise<ServiceStatus[]> {
  const services = (await consul.try<Record<string, string[]>>('/v1/catalog/services')) ?? {}
  const checks = (await consul.try<Check[]>('/v1/health/state/any')) ?? []
  const names = Object.keys(services).filter((name) => name !== 'consul')
  const instances = await Promise.all(names.map((name) => consul.try<Instance[]>(`/v1/catalog/service/${name}`)))
  return names
    .map((name, i) => serviceStatus(name, instances[i] ?? [], checks))
    .sort((a, b) => a.name.localeCompare(b.name))
}

export function serviceStatus(name: string, instances: readonly Instance[], checks: readonly Check[]): ServiceStatus {
  const bad = new Set(checks.filter((check) => check.Status !== 'passing').map((check) => check.ServiceID))
  const passing = instances.filter((instance) => !bad.has(instance.ServiceID)).length
  return { name, passing, critical: instances.length - passing }
}
