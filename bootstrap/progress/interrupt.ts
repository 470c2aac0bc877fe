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
    // A live display hides the cursor.
    if (process.stdout.isTTY) process.stdout.write('\u001B[?25h')
    console.error(`\nInterrupted in ${working?.name ?? 'between'}. What is done stays done: run it again to go on.`)
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
