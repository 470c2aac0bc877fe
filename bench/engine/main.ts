/**
 * Measures the engine: `npx tsx bench/engine/main.ts [NAME...]`. Each measurement runs in a process of its own, so that its
 * memory is its own. Needs `npm run build -w engine -- --native`; the native executable stands beside WebAssembly
 * as the peer.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { measurements } from './measurements'

const native = join(__dirname, '../../engine/artifacts/nomad-engine-native')

function main(wanted: readonly string[]): void {
  const names = Object.keys(measurements).filter((name) => wanted.length === 0 || wanted.includes(name))
  console.log('| measurement | target | WebAssembly | MB | native | MB |\n|---|---|---|---|---|---|')
  for (const name of names) {
    const one = measurements[name]
    if (!one) continue
    const [wasm, other] = [run(name), existsSync(native) && one.native ? run(name, native) : undefined]
    console.log(`| ${one.what} | ${one.target} | ${text(wasm)} | ${text(other)} |`)
  }
}

interface Measured {
  readonly result: string
  readonly megabytes: number
}

function run(name: string, executable?: string): Measured {
  const env = { ...process.env, ENGINE_NATIVE: executable ?? '' }
  const args = ['--import', 'tsx', join(__dirname, 'measure.ts'), name]
  const child = spawnSync(process.execPath, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  if (child.status !== 0) return { result: `failed (${child.signal ?? child.status})`, megabytes: 0 }
  return JSON.parse(child.stdout) as Measured
}

function text(measured?: Measured): string {
  return measured ? `${measured.result} | ${measured.megabytes}` : '- | -'
}

main(process.argv.slice(2))
