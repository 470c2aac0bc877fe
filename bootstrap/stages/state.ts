import type { Fleet } from '../fleet/index.js'
import type { Toolchain } from '../toolchain/index.js'

/** What `up` was asked for; what is left out stays as it is, or is the default. */
export interface UpOptions {
  readonly name: string
  readonly nodes?: number
  readonly fromSource: boolean
  readonly publish?: { readonly site: number } | false
  /** Whether to deploy the tiers and try them. */
  readonly deploy: boolean
}

/** What the stages hand to each other; all of it is there once they have run. */
export class UpState {
  toolchain?: Toolchain
  fleet?: Fleet
  references: Readonly<Record<string, string>> = {}
  /** Whether anything of the fleet had to be started. */
  started = false
  deployed = false

  /** @throws TypeError when the stages before haven't run */
  need(): { toolchain: Toolchain; fleet: Fleet } {
    const { toolchain, fleet } = this
    if (toolchain === undefined || fleet === undefined) throw new TypeError('Expected the stages to run in their order')
    return { toolchain, fleet }
  }
}
