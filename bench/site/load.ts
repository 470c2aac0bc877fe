import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** What autocannon counted. */
export interface Counted {
  /** Requests that were answered, each second. */
  readonly perSecond: number
  readonly requests: number
  /** Milliseconds that 50 and 99 of 100 answers took at most. */
  readonly p50: number
  readonly p99: number
  /** Connections that broke, and answers that never came. */
  readonly errors: number
  /** Answers but 2xx. */
  readonly refused: number
}

export interface LoadOptions {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly seconds: number
  readonly connections: number
  /** Requests a second, over all connections. @default - as many as are answered */
  readonly rate?: number
  /** A process in whose network namespace the load is made. @default - the machine's */
  readonly inNetworkOf?: number
}

/** One of autocannon's answers, as JSON. */
interface Report {
  readonly requests: { readonly average: number; readonly total: number }
  readonly latency: { readonly p50: number; readonly p99: number }
  readonly errors: number
  readonly timeouts: number
  readonly non2xx: number
}

const autocannon = join(__dirname, '..', '..', 'node_modules', 'autocannon', 'autocannon.js')

/** Makes load with autocannon, in a process of its own. @throws Error with its output when it can't */
export async function load(options: LoadOptions): Promise<Counted> {
  const { url, headers, seconds, connections, rate, inNetworkOf } = options
  const args = [autocannon, '--json', '--connections', String(connections), '--duration', String(seconds)]
  if (rate !== undefined) args.push('--overallRate', String(rate))
  for (const [name, value] of Object.entries(headers)) args.push('--headers', `${name}=${value}`)
  args.push(url)
  const enter = inNetworkOf === undefined ? [] : ['nsenter', '--target', String(inNetworkOf), '--net']
  const [program = '', ...rest] = [...enter, process.execPath, ...args]
  const { latency, requests, errors, timeouts, non2xx } = JSON.parse(await outputOf(program, rest)) as Report
  return {
    perSecond: requests.average,
    requests: requests.total,
    p50: latency.p50,
    p99: latency.p99,
    errors: errors + timeouts,
    refused: non2xx,
  }
}

function outputOf(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, said] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve(out) : reject(new Error(`${program} ended with ${code ?? 'a signal'}: ${said || out}`)),
    )
  })
}
