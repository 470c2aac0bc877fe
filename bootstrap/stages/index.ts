import { deploy } from '../deploy/index.js'
import { checkFleetName } from '../fleet/addresses.js'
import { DEFAULT_NODES, fleetEnv, upFleet } from '../fleet/index.js'
import { describeFleet, findFleet } from '../fleet/state.js'
import { ensureImages, listImages, references, writeImagesFile } from '../images/index.js'
import { cacheRoot, repositoryRoot } from '../paths.js'
import type { Stage } from '../progress/stage.js'
import { siteAnswers, smoke, smokeAtLast } from '../smoke/index.js'
import { ensureToolchain } from '../toolchain/index.js'
import { preflightStage } from './preflight.js'
import { type UpOptions, UpState } from './state.js'

/** The stages of `bootstrap/up`, in order, and what they leave for whoever ran them. */
export function upStages(options: UpOptions): { stages: Stage[]; state: UpState } {
  checkFleetName(options.name)
  const state = new UpState()
  const machine = [
    preflightStage(options),
    toolchainStage(options, state),
    fleetStage(options, state),
    imagesStage(state),
  ]
  return { stages: options.deploy ? [...machine, deployStage(state), smokeStage(state)] : machine, state }
}

const toolchainStage = (options: UpOptions, state: UpState): Stage => ({
  name: 'toolchain',
  async run(note) {
    const found = await ensureToolchain({ fromSource: options.fromSource }, note)
    state.toolchain = found
    const standIn = found.terraformProvider.standIn !== undefined ? '; STAND-IN for the provider hashicorp/nomad' : ''
    return { summary: `${found.versions.join(', ')}${standIn}`, cached: found.cached }
  },
})

const fleetStage = (options: UpOptions, state: UpState): Stage => ({
  name: 'fleet',
  async run(note) {
    if (state.toolchain === undefined) throw new TypeError('Expected the toolchain first')
    const { nomad, consul, dockerd, dockerRegistry, cniPath, terraform } = state.toolchain
    const known = await findFleet(options.name)
    const fleetOptions = {
      name: options.name,
      nodes: options.nodes ?? known?.description.nodes ?? DEFAULT_NODES,
      tools: { nomad, consul, dockerd, dockerRegistry, cniPath, terraform },
      ...(options.publish === undefined ? {} : { publish: options.publish }),
    }
    // The images' references are known before they are built, and Nomad's clients are configured with one of them.
    const described = await describeFleet(fleetOptions)
    const wanted = references(listImages(repositoryRoot), described.addresses.registry)
    await writeImagesFile(described.paths.images, wanted)
    let started = false
    state.fleet = await upFleet({
      ...fleetOptions,
      ...(wanted.pause === undefined ? {} : { infraImage: wanted.pause }),
      onProgress: (line) => {
        started ||= line.includes('started')
        note(line)
      },
    })
    state.started = started
    const { description, addresses } = state.fleet
    return { summary: `${description.nodes} nodes of 2 cores, 2048 MB on ${addresses.network}`, cached: !started }
  },
})

const imagesStage = (state: UpState): Stage => ({
  name: 'images',
  async run(note) {
    const { fleet } = state.need()
    const result = await ensureImages({
      root: repositoryRoot,
      cache: cacheRoot(),
      registry: fleet.addresses.registry,
      imagesFile: fleet.paths.images,
      onProgress: note,
    })
    state.references = result.references
    const count = Object.keys(result.references).length
    const built = result.built.length
    return { summary: `${count} of ${count} in the registry, ${built} of them new`, cached: built === 0 }
  },
})

const deployStage = (state: UpState): Stage => ({
  name: 'deploy',
  // Terraform writes down what it has made, and gives its lock back.
  finishes: true,
  async run(note) {
    const { fleet, toolchain } = state.need()
    const { changed, jobs } = await deploy({
      root: repositoryRoot,
      state: fleet.paths.root,
      env: await fleetEnv(fleet),
      references: state.references,
      terraform: toolchain.terraform,
      provider: toolchain.terraformProvider,
      onProgress: note,
    })
    state.deployed = changed
    return { summary: jobs, cached: !changed }
  },
})

const smokeStage = (state: UpState): Stage => ({
  name: 'smoke',
  async run(note) {
    const { fleet } = state.need()
    const { nodes } = fleet.description
    const addresses = Array.from({ length: nodes }, (_, i) => `http://${fleet.addresses.node(i + 1)}`)
    if (!state.deployed && !state.started) {
      await siteAnswers(addresses, note)
      return { summary: `the site answers through ${nodes} of ${nodes} nodes` }
    }
    // Nobody has waited for tiers that were only started again: after a power cut of all nodes they take minutes.
    await (state.deployed ? smoke(addresses, note) : smokeAtLast(addresses, note))
    return { summary: `sign up, post, read back through ${nodes} of ${nodes} nodes; nobody else's posts` }
  },
})
