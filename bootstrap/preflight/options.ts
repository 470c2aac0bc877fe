import { createServer } from 'node:net'
import { Problem } from '../problem.js'

/** Reads an option that is a whole number. @throws Problem (usage) */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw Problem.usage({
      what: `${option} is wrong`,
      given: text,
      allowed: `a whole number from ${least} to ${most}`,
      do: `correct ${option}`,
    })
  }
  return value
}

/** @throws Problem when something else listens on a port of this machine */
export async function requireFreePort(port: number): Promise<void> {
  const code = await new Promise<string | undefined>((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
    server.listen(port, () => server.close(() => resolve(undefined)))
  })
  if (code === undefined) return
  throw new Problem({
    what: `preflight: the site can't be published on port ${port} of this machine`,
    given: code === 'EADDRINUSE' ? `another program listens there (see: ss -ltnp 'sport = :${port}')` : code,
    allowed: 'a free port',
    do: 'choose another with --publish PORT, or none with --no-publish',
  })
}
