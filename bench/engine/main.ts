/**
 * Measures the engine: `npx tsx bench/engine/main.ts [NAME...]`. Each measurement runs in a process of its own, so that its
 * memory is its own. Needs `npm run build -w engine -- --native`; the native executable stands beside WebAssembly
 * as the peer. Times are by the clock; CPU is user and system time, which other work on the machine changes less.
 * Memory is the peak of what is resident, in all and above the process before its first call.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { measurements } from './measurements'

const native = join(__dirname, '../../engine/artifacts/nomad-engine-native')

function main(wanted: readonly string[]): void {
  const names = Object.keys(measurements).filter((name) => wanted.length === 0 || wanted.includes(name))
  console.log(`Node ${process.version}, ${cpus().length} cores, load ${load()}\n`)
  console.log(
    '| measurement | target | WebAssembly | CPU | MB | native | CPU | MB |\n|---|---|---|---|---|---|---|---|',
  )
  for (const name of names) {
    const one = measurements[name]
    if (!one) continue
    const [wasm, other] = [run(name), existsSync(native) && one.native ? run(name, native) : undefined]
    console.log(`| ${one.what} | ${one.target} | ${text(wasm)} | ${text(other)} |`)
  }
}

interface Measured {
  readonly result: string
  readonly cpu: string
  readonly megabytes: number
  readonly over: number
}

function run(name: string, executable?: string): Measured {
  const env = { ...process.env, ENGINE_NATIVE: executable ?? '' }
  const args = ['--import', 'tsx', join(__dirname, 'measure.ts'), name]
  const child = spawnSync(process.execPath, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  if (child.status !== 0) return { result: `failed (${child.signal ?? child.status})`, cpu: '-', megabytes: 0, over: 0 }
  return JSON.parse(child.stdout) as Measured
}

function text(measured?: Measured): string {
  if (!measured) return '- | - | -'
  const { result, cpu, megabytes, over } = measured
  return `${result} | ${cpu} | ${over === megabytes ? megabytes : `${megabytes} (+${over})`}`
}

const load = (): string =>
  loadavg()
    .map((value) => value.toFixed(1))
    .join(' ')

main(process.argv.slice(2))
console.log(`\nload at the end ${load()}`)
