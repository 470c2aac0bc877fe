import { type Command, Option } from 'commander'
import { DEFAULT_FLEET } from '../fleet/index.js'

/** `--fleet NAME`, which every command on a fleet takes. */
export const fleetOption = (): Option => new Option('--fleet <name>', 'which fleet').default(DEFAULT_FLEET)

/** Options of a command and of those above it. */
export const fleetName = (command: Command): string => command.optsWithGlobals<{ fleet: string }>().fleet
