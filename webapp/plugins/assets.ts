import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { notFound } from '@hapi/boom'
import type { Plugin } from '@hapi/hapi'

declare module '@hapi/hapi' {
  interface ServerApplicationState {
    /** The address of a file in `public/` with a hash of its content in it: `app.css` -> `/static/app.0123456789.css`. */
    asset: (name: string) => string
  }
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
}

interface Asset {
  readonly content: Buffer
  readonly hash: string
  readonly type: string
}

/**
 * The files of `public/`. In the platform nginx serves them (images/nginx computes the same names); the server can as well, so that it
 * runs without anything in front. They are few and small: kept in memory.
 */
export const assets: Plugin<{ readonly directory: string }> = {
  name: 'assets',
  register: (server, { directory }) => {
    const files = new Map<string, Asset>()
    for (const name of readdirSync(directory)) {
      const type = types[extname(name)]
      if (type === undefined) continue
      const content = readFileSync(join(directory, name))
      files.set(name, { content, hash: createHash('sha256').update(content).digest('hex').slice(0, 10), type })
    }
    server.app.asset = (name) => {
      const file = files.get(name)
      if (!file) throw new Error(`no file '${name}' in ${directory}`)
      return `/static/${name.replace(/(\.[a-z]+)$/, `.${file.hash}$1`)}`
    }
    server.route({
      method: 'GET',
      path: '/static/{name}',
      options: { auth: false },
      handler: (request, h) => {
        const [, stem = '', hash, extension = ''] =
          /^(.+?)(?:\.([0-9a-f]{10}))?(\.[a-z]+)$/.exec(String(request.params.name)) ?? []
        const file = files.get(stem + extension)
        if (!file) throw notFound()
        const response = h.response(file.content).type(file.type).etag(file.hash)
        // The name of another version's file: good to look at for now, not to keep.
        const keep = hash === file.hash
        return response.header('cache-control', keep ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  },
}
