import { pino } from 'pino'
import { Agent } from './agent.js'
import { serve } from './http/server.js'
import { readSettings, SettingsError } from './settings.js'

async function main(): Promise<void> {
  const settings = readSettings(process.env)
  const log = pino({
    level: settings.logLevel,
    base: { instance: settings.instance },
    timestamp: pino.stdTimeFunctions.isoTime,
  })
  const agent = new Agent(settings, log)
  const close = await serve(agent)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void agent.stop())
  log.info({ instances: settings.instances, port: settings.agentPort }, 'started')
  await agent.run()
  close()
  log.info('stopped')
}

main().catch((error: unknown) => {
  console.error(error instanceof SettingsError ? error.message : error)
  process.exit(error instanceof SettingsError ? 64 : 1)
})
