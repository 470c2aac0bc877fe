/**
 * What Terraform runs to wait for a job: these functions are written as they are into a script beside the stack (see
 * ./waiter.ts), so they use nothing but Node's own modules and each other.
 */
export interface WaitSettings {
  readonly job: string
  readonly until: 'complete' | 'healthy'
  readonly seconds: number
}

export interface WaitWorld {
  /** A path of Nomad's API, read as JSON; undefined where there is nothing. */
  get(path: string): Promise<unknown>
  log(line: string): void
  now(): number
  sleep(milliseconds: number): Promise<void>
}

interface Allocation {
  ID: string
  Name: string
  NextAllocation: string
  ClientStatus: string
  DesiredStatus: string
  CreateIndex: number
  JobVersion: number
  ModifyTime: number
  DeploymentStatus?: { Healthy?: boolean | null } | null
  TaskStates?: Record<string, { Failed: boolean; Events?: { DisplayMessage: string }[] | null }> | null
}

interface Evaluation {
  Status: string
  FailedTGAllocs?: Record<string, { ConstraintFiltered?: object | null; DimensionExhausted?: object | null }> | null
}

/**
 * Resolves when the job has come to what is awaited.
 * @throws Error when it failed, was stopped, or took too long: it says what was seen last
 */
export async function waitForJob(settings: WaitSettings, world: WaitWorld): Promise<void> {
  const { job: id, until, seconds } = settings
  const path = `/v1/job/${encodeURIComponent(id)}`
  const end = world.now() + seconds * 1000
  let said = ''
  for (;;) {
    let seen: string | undefined
    try {
      seen = await look()
    } catch (problem) {
      if (!(problem instanceof TypeError)) throw problem
      seen = `Nomad does not answer: ${problem.message}`
    }
    if (seen === undefined) return
    if (seen !== said) world.log(`${id}: ${(said = seen)}`)
    if (world.now() >= end) throw new Error(`'${id}' is not ${until} after ${seconds} s: ${seen}`)
    await world.sleep(1000)
  }

  /** What is still awaited, or nothing. */
  async function look(): Promise<string | undefined> {
    const job = (await world.get(path)) as { Status: string; Stop: boolean; Version: number } | undefined
    if (job === undefined) throw new Error(`'${id}' is not there any more: somebody has purged it`)
    if (job.Stop) throw new Error(`'${id}' is stopped`)
    const evaluations = ((await world.get(`${path}/evaluations`)) ?? []) as Evaluation[]
    const all = ((await world.get(`${path}/allocations`)) ?? []) as Allocation[]
    const current = all.filter((a) => a.NextAllocation === '' && a.DesiredStatus === 'run')
    return until === 'complete' ? completion(job, evaluations, current) : await health(job, evaluations, current)
  }

  function completion(job: { Status: string }, evaluations: Evaluation[], current: Allocation[]): string | undefined {
    const open = evaluations.filter((e) => e.Status === 'pending' || e.Status === 'blocked')
    const running = current.filter((a) => ['pending', 'running', 'unknown'].includes(a.ClientStatus))
    if (running.length > 0) return `${running.length} of ${current.length} allocations run`
    if (open.length > 0) return unplaced(open) ?? 'Nomad places it'
    // of allocations of one name the last one counts: those before it belong to earlier versions and attempts
    const last = new Map<string, Allocation>()
    for (const a of current) if ((last.get(a.Name)?.CreateIndex ?? -1) < a.CreateIndex) last.set(a.Name, a)
    const failed = [...last.values()].filter((a) => a.ClientStatus !== 'complete')
    if (failed.length > 0) throw new Error(`'${id}' failed: ${failed.map(why).join('; ')}`)
    return job.Status === 'dead' ? undefined : `it is ${job.Status}`
  }

  async function health(
    job: { Version: number },
    evaluations: Evaluation[],
    current: Allocation[],
  ): Promise<string | undefined> {
    const deployment = (await world.get(`${path}/deployment`)) as
      { JobVersion: number; Status: string; StatusDescription: string } | null | undefined
    if (deployment?.JobVersion === job.Version) {
      if (deployment.Status === 'successful') return undefined
      if (deployment.Status === 'failed' || deployment.Status === 'cancelled') {
        throw new Error(`the deployment of '${id}' is ${deployment.Status}: ${deployment.StatusDescription}`)
      }
      return `the deployment is ${deployment.Status}`
    }
    // no deployment: a system job before Nomad 1.11, or a job without an update block
    const open = evaluations.filter((e) => e.Status === 'pending' || e.Status === 'blocked')
    if (open.length > 0) return unplaced(open) ?? 'Nomad places it'
    const failed = current.filter((a) => a.ClientStatus === 'failed' || a.ClientStatus === 'lost')
    if (failed.length > 0) return failed.map(why).join('; ')
    const settled = (a: Allocation) => a.ClientStatus === 'running' && world.now() - a.ModifyTime / 1e6 > 10_000
    const well = current.filter((a) => a.DeploymentStatus?.Healthy ?? settled(a))
    return well.length === current.length ? undefined : `${well.length} of ${current.length} allocations are healthy`
  }

  function unplaced(open: Evaluation[]): string | undefined {
    for (const { FailedTGAllocs } of open) {
      for (const [group, { ConstraintFiltered, DimensionExhausted }] of Object.entries(FailedTGAllocs ?? {})) {
        const reasons = Object.keys({ ...ConstraintFiltered, ...DimensionExhausted })
        return `no node takes group '${group}'${reasons.length > 0 ? `: ${reasons.join(', ')}` : ''}`
      }
    }
    return undefined
  }

  function why(a: Allocation): string {
    const failed = Object.entries(a.TaskStates ?? {}).find(([, state]) => state.Failed)
    const events = failed?.[1].Events ?? []
    const last = events.length > 0 ? events[events.length - 1]?.DisplayMessage : undefined
    return `${a.Name} is ${a.ClientStatus}${failed ? ` (task '${failed[0]}': ${last ?? 'failed'})` : ''}`
  }
}

/** Reads Nomad's API as the provider and the environment say: NOMAD_ADDR, NOMAD_TOKEN, NOMAD_CACERT and so on. */
export function nomadReader(environment: Readonly<Record<string, string | undefined>>): WaitWorld['get'] {
  const fs = process.getBuiltinModule('node:fs')
  const address = new URL(environment.NOMAD_ADDR ?? 'http://127.0.0.1:4646')
  const isTls = address.protocol === 'https:'
  const https = process.getBuiltinModule('node:https')
  const get = isTls ? https.get : process.getBuiltinModule('node:http').get
  const file = (name: string) => {
    const path = environment[name]
    return path === undefined || path === '' ? undefined : fs.readFileSync(path)
  }
  const tls = isTls
    ? {
        ca: file('NOMAD_CACERT'),
        cert: file('NOMAD_CLIENT_CERT'),
        key: file('NOMAD_CLIENT_KEY'),
        servername: environment.NOMAD_TLS_SERVER_NAME,
        rejectUnauthorized: !/^(?:1|t|true)$/i.test(environment.NOMAD_SKIP_VERIFY ?? ''),
      }
    : {}
  return (path) =>
    new Promise((resolve, reject) => {
      const url = new URL(path, address)
      for (const [name, value] of [
        ['namespace', environment.NOMAD_NAMESPACE],
        ['region', environment.NOMAD_REGION],
      ] as const) {
        if (value !== undefined && value !== '') url.searchParams.set(name, value)
      }
      const headers: Record<string, string> = environment.NOMAD_TOKEN
        ? { 'X-Nomad-Token': environment.NOMAD_TOKEN }
        : {}
      const request = get(url, { headers, timeout: 30_000, ...tls }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', (cause) => reject(new TypeError(cause.message)))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          const status = response.statusCode ?? 0
          if (status === 404) resolve(undefined)
          else if (status >= 500 || status === 429) reject(new TypeError(`${status} ${text}`))
          else if (status !== 200) reject(new Error(`Nomad answers ${status}: ${text}`))
          else resolve(JSON.parse(text))
        })
      })
      request.on('timeout', () => request.destroy(new Error('no answer within 30 s')))
      request.on('error', (cause) => reject(new TypeError(cause.message)))
    })
}
