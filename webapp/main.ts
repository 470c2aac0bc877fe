import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { ConfigError, readConfig, type Config } from './config.js'
import { createServer } from './server.js'
import { connectServices } from './services/connect.js'

/** Requests that are on their way get this long after the last new one, in milliseconds. */
const finishMs = 10_000

async function main(): Promise<void> {
  const config = configOrExit()
  const log = pino({ level: config.logLevel, base: undefined, timestamp: pino.stdTimeFunctions.isoTime })
  const services = connectServices(config, log)
  const server = await createServer(config, services, { log, processMetrics: true })
  // Longer than nginx keeps idle connections to us, so that it never sends a request into a closing one.
  server.listener.keepAliveTimeout = 75_000
  await server.start()
  log.info({ uri: server.info.uri }, 'listening')

  let stopping = false
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'stopping: no new requests, please')
    services.drain()
    await pause(config.drainMs)
    await server.stop({ timeout: finishMs })
    await services.close()
    log.info('stopped')
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, (received) => void stop(received))
}

function configOrExit(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    process.exit(78)
  }
}

await main()
