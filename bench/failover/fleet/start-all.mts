/**
 * Starts every node of a fleet at once, as after a power cut of the whole building: `tsx start-all.mts FLEET`. `bootstrap/node start` takes one
 * node, and waits for a quorum that is not there yet.
 */
import { loadFleet, upFleet } from '../../../bootstrap/fleet/index.js'

const { description } = await loadFleet(process.argv[2] ?? '')
const { name, nodes, tools, publish } = description
await upFleet({ name, nodes, tools, publish, onProgress: (line) => console.log(line) })
