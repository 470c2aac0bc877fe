import { DEFAULT_NODES, DEFAULT_SITE_PORT, type Fleet, fleetEnv } from '../fleet/index.js'
import { findFleet } from '../fleet/state.js'
import { cacheRoot, stateRoot } from '../paths.js'
import { checkMachine } from '../preflight/checks.js'
import { inspectMachine } from '../preflight/machine.js'
import { requireFreePort } from '../preflight/options.js'
import { Problem } from '../problem.js'
import type { Stage } from '../progress/stage.js'
import type { UpOptions } from './state.js'

/** Whether this machine can carry the fleet, before anything is changed on it. */
export const preflightStage = (options: UpOptions): Stage => ({
  name: 'preflight',
  async run() {
    const known = await findFleet(options.name)
    const nodes = options.nodes ?? known?.description.nodes ?? DEFAULT_NODES
    const machine = await inspectMachine([cacheRoot(), stateRoot()])
    const running = known !== undefined && (await answers(known))
    const problems = checkMachine(machine, { nodes, running })
    if (problems.length > 0) throw Problem.all(problems)
    const before = known?.description.publish
    const publish = options.publish ?? before ?? { site: DEFAULT_SITE_PORT }
    const taken = running && before ? before.site : undefined
    if (publish !== false && publish.site !== taken) await requireFreePort(publish.site)
    const { system, cgroup, availableMemoryMb } = machine
    return { summary: `${system}, cgroup ${cgroup?.version ?? ''}, ${availableMemoryMb} MB available` }
  },
})

/** Whether a fleet's Nomad answers, so that its memory and its port are taken by itself. */
const answers = (known: Fleet): Promise<boolean> =>
  fleetEnv(known)
    .then((env) => fetch(`${env.NOMAD_ADDR ?? ''}/v1/status/leader`, { signal: AbortSignal.timeout(1500) }))
    .then(({ ok }) => ok)
    .catch(() => false)
