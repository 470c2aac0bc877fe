import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { engineAnswers, removeSandboxes } from '../../../bootstrap/fleet/engine.js'

const NEVER = '0001-01-01T00:00:00Z'

describe('a Docker engine', () => {
  let folder: string
  let socket: string
  let server: Server
  let asked: string[]
  let broken: boolean
  const finished: Record<string, string> = { old: '2026-11-28T13:32:07.1Z', new: NEVER }

  beforeEach((done) => {
    folder = mkdtempSync(join(tmpdir(), 'engine-'))
    socket = join(folder, 'docker.sock')
    asked = []
    broken = false
    server = createServer(({ method, url = '' }, response) => {
      const { pathname, searchParams } = new URL(url, 'http://docker')
      asked.push(`${method} ${pathname}`)
      const [, id] = /^\/containers\/(\w+)\/json$/.exec(pathname) ?? []
      if (broken) response.writeHead(500).end('{"message":"not yet"}')
      else if (pathname === '/_ping') response.end('OK')
      else if (pathname === '/containers/json') {
        expect(JSON.parse(searchParams.get('filters') ?? '')).to.deep.equal({ name: ['^/?nomad_init_'] })
        response.end(JSON.stringify(Object.keys(finished).map((Id) => ({ Id }))))
      } else if (id) response.end(JSON.stringify({ Id: id, State: { FinishedAt: finished[id] } }))
      else response.writeHead(204).end()
    }).listen(socket, done)
  })
  afterEach((done) => {
    rmSync(folder, { recursive: true })
    server.close(() => done())
  })

  it('answers when it says OK', async () => {
    expect(await engineAnswers(socket)).to.equal(true)
    broken = true
    expect(await engineAnswers(socket)).to.equal(false)
  })

  it("loses the groups' networks that it brought back itself, and no others", async () => {
    await removeSandboxes(socket)
    expect(asked.filter((one) => one.startsWith('DELETE'))).to.deep.equal(['DELETE /containers/old'])
  })

  it('says what it answered when that is no answer', async () => {
    broken = true
    const error = await removeSandboxes(socket).catch((failure: unknown) => failure)
    expect(String(error)).to.match(/docker\.sock answered 500 to \/containers\/json.*: \{"message":"not yet"\}/)
  })
})
