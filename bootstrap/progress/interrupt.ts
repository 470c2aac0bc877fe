import { writeSync } from 'node:fs'
import type { Stage } from './stage.js'

/**
 * Runs stages so that SIGINT ends the process with 130: at once, or when the stage at work has ended where it `finishes`. A
 * second one ends it at once in any case.
 */
export async function interruptible(
  stages: readonly Stage[],
  runAll: (stages: readonly Stage[]) => Promise<void>,
): Promise<void> {
  let working: Stage | undefined
  let interrupted = false
  const leave = (): never => {
    // Past the live display, which hides the cursor, and keeps back what others write until it is done.
    if (process.stdout.isTTY) writeSync(1, '\u001B[?25h')
    writeSync(2, `\nInterrupted in ${working?.name ?? 'between'}. What is done stays done: run it again to go on.\n`)
    process.exit(130)
  }
  const onInterrupt = (): void => {
    if (interrupted || working?.finishes !== true) leave()
    interrupted = true
  }
  const watched = stages.map((stage): Stage => ({
    ...stage,
    run: async (note) => {
      working = stage
      try {
        return await stage.run((text) => note(interrupted ? 'interrupted: what was begun comes to its end' : text))
      } finally {
        if (interrupted) leave()
      }
    },
  }))
  process.on('SIGINT', onInterrupt)
  try {
    await runAll(watched)
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}
