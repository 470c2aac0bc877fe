import { Listr } from 'listr2'
import { interruptible } from './interrupt.js'
import { elapsed, type Stage, stageLine } from './stage.js'

/**
 * Runs stages one after another with a live display on a terminal, and plain lines elsewhere (pipes, CI). An interrupt ends
 * the process with 130 and says that the command can be run again.
 * @throws what a stage throws; the stages after it don't run
 */
export async function runStages(stages: readonly Stage[]): Promise<void> {
  await interruptible(stages, process.stdout.isTTY && !process.env.CI ? runLive : runPlain)
}

async function runLive(stages: readonly Stage[]): Promise<void> {
  const width = Math.max(40, (process.stdout.columns || 100) - 40)
  const tasks = stages.map(({ name, run }) => ({
    title: name,
    task: async (_context: unknown, task: { title: string }) => {
      const started = performance.now()
      const seconds = () => (performance.now() - started) / 1000
      let doing = ''
      const show = () => (task.title = stageLine(name, { summary: doing.slice(0, width) }, seconds(), width))
      const timer = setInterval(show, 500)
      try {
        const result = await run((text) => {
          doing = text
          show()
        })
        task.title = stageLine(name, result, seconds(), width)
      } finally {
        clearInterval(timer)
      }
    },
  }))
  await new Listr(tasks, {
    renderer: 'default',
    rendererOptions: { showErrorMessage: false, formatOutput: 'truncate' },
    registerSignalListeners: false,
  }).run()
}

async function runPlain(stages: readonly Stage[]): Promise<void> {
  for (const { name, run } of stages) {
    const started = performance.now()
    const seconds = () => (performance.now() - started) / 1000
    let last = ''
    const result = await run((text) => {
      if (text === last) return
      last = text
      console.log(`  ${name}: ${text} (${elapsed(seconds())})`)
    }).catch((error: unknown) => {
      console.log(`✖ ${name} failed after ${elapsed(seconds())}`)
      throw error
    })
    console.log(`✔ ${stageLine(name, result, seconds(), 0)}`)
  }
}
