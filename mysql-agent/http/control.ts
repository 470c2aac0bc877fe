import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod/mini'
import type { Agent } from '../agent.js'
import { HANDS_OVER } from '../failover.js'
import { afterFence, fence, stopReceiver, waitFor } from '../mysqld/roles.js'
import type { Recorded } from '../state.js'
import { Busy } from '../turn.js'
import { readJson } from './body.js'
import { freshStatus } from './status.js'

/** Milliseconds for a look at mysqld: one that hangs longer is as good as down. */
const PATIENCE = 900

/** Milliseconds for the record, and how often it is asked for: a question that went to a server of Consul that is gone is better asked again. */
const RECORD_PATIENCE = 1000
const RECORD_TRIES = 4

async function recordOf(agent: Agent, tries = RECORD_TRIES): Promise<Recorded | 'none'> {
  try {
    return await agent.consul.primary(RECORD_PATIENCE)
  } catch (error) {
    if (tries <= 1) throw error
    return recordOf(agent, tries - 1)
  }
}

const bodySchema = z.object({
  index: z.number(),
  reason: z.string(),
  /** Which promotion asks. An agent of an older version says only why. */
  by: z.optional(z.string()),
  set: z.optional(z.string()),
  seconds: z.optional(z.number()),
})

/**
 * The steps of a promotion that another agent leads. Each puts this instance on hold first, so that its own loop doesn't undo
 * the step, and answers with the state afterwards.
 */
export async function control(
  agent: Agent,
  step: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = bodySchema.parse(await readJson(request))
  const by = body.by ?? body.reason
  if (step === 'release') {
    agent.holding.end(by)
    agent.hurry()
  } else if (step === 'moved') agent.record = await agent.consul.primary()
  else
    await agent.exclusive(async () => {
      // A record that has moved on means that this promotion is over.
      const record = await recordOf(agent)
      if ((record === 'none' ? 0 : record.index) !== body.index) throw new Busy('the record has changed since')
      agent.record = record
      agent.holding.begin(by, body.reason, body.index)
      agent.log.warn({ step, reason: body.reason }, 'asked by another agent')
      const up = (await agent.looking.fresh(PATIENCE)) !== undefined
      if (up && step === 'fence') {
        await fence(agent.mysqld)
        await agent.looking.now()
        agent.guard.writable = false
        // Its successor takes the lock over; nobody has to wait for it.
        void agent.leader.release(HANDS_OVER)
        agent.exclusive(() => afterFence(agent.mysqld)).catch(() => undefined)
      } else if (up && step === 'stop-receiver') await stopReceiver(agent.mysqld)
      else if (step === 'apply') await waitFor(agent.mysqld, body.set ?? '', body.seconds ?? 10)
    })
  // The first look decides whether to try at all; this one is what a promotion counts on.
  const after = await freshStatus(agent, step === 'fence' ? PATIENCE : 3000)
  response.writeHead(200, { 'content-type': 'application/json' }).end(`${JSON.stringify(after)}\n`)
}
