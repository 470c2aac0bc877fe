import { join } from 'node:path'
import vision from '@hapi/vision'
import type { Request, Server } from '@hapi/hapi'
import Handlebars from 'handlebars'

/**
 * HTML by Handlebars, which escapes whatever it is given. Not a plugin: vision keeps views to the plugin that sets them, and here all
 * routes share them.
 */
export async function addViews(server: Server, directory: string): Promise<void> {
  await server.register(vision)
  const engine = Handlebars.create()
  engine.registerHelper('date', (time: Date) => dates.format(time))
  engine.registerHelper('iso', (time: Date) => time.toISOString())
  engine.registerHelper('excerpt', (text: string) => excerpt(text))
  server.views({
    engines: { html: engine },
    path: directory,
    partialsPath: join(directory, 'partials'),
    layout: true,
    context: (request: Request | null) => ({
      account: request?.auth.isAuthenticated ? request.auth.credentials.user?.account : undefined,
      css: server.app.asset('app.css'),
      icon: server.app.asset('icon.svg'),
    }),
  })
}

const dates = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

/** The beginning of a post, cut between words. */
function excerpt(text: string): string {
  if (text.length <= 320) return text
  const cut = text.slice(0, 320)
  return `${cut.slice(0, Math.max(cut.search(/\s\S*$/), 280)).replace(/[\ud800-\udbff]$/, '')}…`
}
