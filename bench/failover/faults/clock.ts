import { join } from 'node:path'
import { processesOf } from '../fleet/docker'
import { run } from '../fleet/run'
import type { Fault } from './scene'

const HOUR = 3600

/**
 * The clock of the agent alone: virtual nodes share the machine's clock, a time namespace doesn't shift CLOCK_REALTIME, and mysqld would need
 * libfaketime in its image. Node's own debugger replaces `Date` in the running agent; timers are monotonic on a real machine, too.
 */
export const clockFaults: readonly Fault[] = [
  {
    name: 'clock',
    what: "the clock of the primary's agent jumps an hour ahead, then two back, then is right again",
    target: 1,
    run: async (scene) => {
      const { fleet, primary } = scene
      const [pid] = await processesOf(fleet, primary.node, 'agent', primary.allocation, 'node')
      if (pid === undefined) throw new Error(`no agent runs beside ${primary.name}`)
      const shift = async (seconds: number): Promise<void> => {
        process.kill(pid, 'SIGUSR1')
        const program = [process.execPath, '--import', 'tsx', join(__dirname, 'shift-clock.ts'), String(seconds)]
        await run('nsenter', [`--net=/proc/${pid}/ns/net`, ...program], 15)
        scene.note(`the clock of the agent of ${primary.name} is ${seconds} s ahead`)
      }
      // An agent that was started again has the right time.
      scene.onHeal(() => shift(0).catch(() => undefined))
      await shift(HOUR)
      await scene.pause(10)
      await shift(-HOUR)
      await scene.pause(10)
      await scene.heal()
      await scene.writing(20)
    },
  },
]
