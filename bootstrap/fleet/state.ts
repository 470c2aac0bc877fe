import { execa } from 'execa'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Addresses, checkFleetName, checkNodeCount, chooseIndex, MAX_NODES } from './addresses.js'
import { Problem } from '../problem.js'
import { withLock } from './lock.js'
import type { Fleet, FleetDescription, FleetOptions, FleetSecrets } from './options.js'
import { FleetPaths, lockFile, stateRoot } from './paths.js'

export const DEFAULT_SITE_PORT = 8080

/**
 * The fleet of this name, from its files alone; nothing is started.
 *
 * @throws Problem when there is none.
 */
export async function loadFleet(name: string): Promise<Fleet> {
  const fleet = await findFleet(name)
  if (fleet) return fleet
  const others = await fleetNames()
  throw Problem.usage({
    what: `fleet '${name}': there is no such fleet on this machine`,
    given: `--fleet ${name} (state folder ${stateRoot()})`,
    allowed: others.length > 0 ? others.map((other) => `'${other}'`).join(', ') : 'none yet',
    do: 'bring it up: bootstrap/up, or name another: --fleet NAME',
  })
}

/** As `loadFleet`, or undefined when there is none. */
export async function findFleet(name: string): Promise<Fleet | undefined> {
  const paths = new FleetPaths(checkFleetName(name))
  const description = await readJson<FleetDescription>(paths.description)
  const secrets = await readJson<FleetSecrets>(paths.secrets)
  if (!description || !secrets) return undefined
  return { description, secrets, paths, addresses: new Addresses(name, description.index) }
}

/** The fleet's files, made on the first call; later calls keep index and secrets and take what the options change. */
export async function describeFleet(options: FleetOptions): Promise<Fleet> {
  const paths = new FleetPaths(checkFleetName(options.name))
  checkNodeCount(options.nodes)
  await mkdir(paths.root, { recursive: true, mode: 0o711 })
  return withLock(lockFile('_index'), async () => {
    const known = await readJson<FleetDescription>(paths.description)
    const index = known?.index ?? chooseIndex(await takenIndexes(options.name), await routes())
    const addresses = new Addresses(options.name, index)
    const imagesFile = options.imagesFile ?? known?.imagesFile ?? paths.images
    const pause = (await readJson<Record<string, string>>(imagesFile))?.pause
    const description: FleetDescription = {
      name: options.name,
      index,
      nodes: Math.max(options.nodes, known?.nodes ?? 0),
      tools: options.tools,
      infraImage: options.infraImage ?? pause ?? known?.infraImage ?? `${addresses.registry}/pause:latest`,
      imagesFile,
      publish: options.publish ?? known?.publish ?? { site: DEFAULT_SITE_PORT },
      created: known?.created ?? new Date().toISOString(),
    }
    refuseServerChange(options.name, known?.nodes, description.nodes)
    const secrets = (await readJson<FleetSecrets>(paths.secrets)) ?? makeSecrets()
    await writeJson(paths.secrets, secrets, 0o600)
    await writeJson(paths.description, description, 0o644)
    return { description, secrets, paths, addresses }
  })
}

/** One server can't become three by starting two more: the first has elected itself already. */
function refuseServerChange(name: string, before: number | undefined, after: number): void {
  if (before === undefined || before >= 3 || after < 3) return
  throw new Problem({
    what: `fleet '${name}': it was made with one server, and more nodes would need three`,
    given: `${after} nodes, made with ${before}`,
    allowed: 'fleets of 1 or 2 nodes stay below 3; fleets of 3 or more can grow',
    do: `make it anew: bootstrap/down --fleet ${name} --purge, then up with --nodes ${after}`,
  })
}

/** Every fleet that has a description on this machine. */
export async function fleetNames(): Promise<string[]> {
  const entries = await readdir(stateRoot(), { withFileTypes: true }).catch(() => [])
  const names: string[] = []
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue
    if (await readJson(join(stateRoot(), entry.name, 'fleet.json'))) names.push(entry.name)
  }
  return names.sort()
}

async function takenIndexes(except: string): Promise<number[]> {
  const indexes: number[] = []
  for (const name of await fleetNames()) {
    const description = await readJson<FleetDescription>(join(stateRoot(), name, 'fleet.json'))
    if (name !== except && description) indexes.push(description.index)
  }
  return indexes
}

const routes = async (): Promise<string> =>
  (await execa('ip', ['route', 'show', 'table', 'all'], { reject: false })).stdout

export const makeSecrets = (): FleetSecrets => ({
  nomadToken: randomUUID(),
  consulToken: randomUUID(),
  consulAgentToken: randomUUID(),
  consulNomadToken: randomUUID(),
  consulGossipKey: randomBytes(32).toString('base64'),
  nomadGossipKey: randomBytes(32).toString('base64'),
})

/** The file's content, or undefined when it isn't there or not whole. */
export async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch {
    return undefined
  }
}

/** Written beside and renamed, so that an interrupted run leaves the old file or the new one. */
export async function writeJson(file: string, value: unknown, mode = 0o644): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const beside = `${file}.${process.pid}`
  await writeFile(beside, JSON.stringify(value, null, 2) + '\n', { mode })
  await rename(beside, file)
}

/** @throws Problem when the node's number isn't one of the fleet's. */
export function checkNodeNumber(fleet: Fleet, n: number): number {
  if (Number.isInteger(n) && n >= 1 && n <= fleet.description.nodes) return n
  throw Problem.usage({
    what: `fleet '${fleet.description.name}': there is no such node`,
    given: String(n),
    allowed: `1 to ${Math.min(fleet.description.nodes, MAX_NODES)}`,
    do: 'see bootstrap/status',
  })
}

/** 1 to the number of nodes. */
export const nodeNumbers = (fleet: Fleet): number[] => Array.from({ length: fleet.description.nodes }, (_, i) => i + 1)
