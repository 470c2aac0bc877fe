import { hostname } from 'node:os'
import type { UpState } from './state.js'

/** The addresses, and what to try next. */
export function nextSteps(state: UpState, deployed: boolean): string {
  const { fleet, toolchain } = state.need()
  const { name, nodes, publish } = fleet.description
  const node = fleet.addresses.node(1)
  const option = name === 'shoal' ? '' : ` --fleet ${name}`
  const addresses = [
    ...(deployed ? [['The site', `http://${node}, and every other node`]] : []),
    ...(deployed && publish ? [['', `http://${hostname()}:${publish.site} from other machines`]] : []),
    ['Nomad', `http://${node}:4646   its token: bootstrap/env${option}`],
    ['Consul', `http://${node}:8500   its token: bootstrap/env${option}`],
    ...(deployed ? [['HAProxy', `http://${node}:8404`]] : []),
  ]
  const next = [
    [`bootstrap/status${option}`, 'nodes, tiers, memory in use'],
    [`eval "$(bootstrap/env${option})"`, 'then: nomad job status; npx cdktf diff web'],
    ...(deployed ? [['nomad job dispatch analysis', 'posts per day and user, words, by Spark']] : []),
    ...(nodes >= 3 ? [[`bootstrap/node kill 2${option}`, 'see what happens; start 2 brings it back']] : []),
    [`bootstrap/down${option}`, 'stop everything (--purge: and remove its data)'],
  ]
  const table = (lines: string[][]) => {
    const width = Math.max(...lines.map(([left = '']) => left.length))
    return lines.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}`).join('\n')
  }
  const standIn =
    toolchain.terraformProvider.standIn !== undefined
      ? "\n\nTerraform's registry can't be reached: a STAND-IN of ours was used for its provider hashicorp/nomad."
      : ''
  return `\n${table(addresses)}\n\nNext\n${table(next)}${standIn}`
}
