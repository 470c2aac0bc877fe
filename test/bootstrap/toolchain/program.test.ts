import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Problem } from '../../../bootstrap/problem.js'
import { ensureProgram, type ProgramOptions, type ProgramRecipe } from '../../../bootstrap/toolchain/program.js'
import { type Behaviour, ReleaseServer } from './release-server.js'

const recipe: ProgramRecipe = {
  name: 'pelican',
  version: '1.2.3',
  accepts: '>=1.2.0 <2',
  alternatives: { heron: '>=3.0.0 <4' },
  source: { folder: 'pelican', program: 'example.org/pelican', name: 'pelican', version: '1.2.3' },
}

describe('ensureProgram', () => {
  let folder: string
  let server: ReleaseServer
  let notes: string[]
  let builds: string[]

  const start = async (behaviour: Behaviour, change: Partial<ProgramOptions> = {}): Promise<ProgramOptions> => {
    server = new ReleaseServer('pelican', '1.2.3', behaviour)
    return {
      cache: join(folder, 'cache'),
      releasesUrl: await server.start(),
      fromSource: false,
      env: { PATH: join(folder, 'bin') },
      patience: behaviour.startsWith('hanging') ? { answer: 300, silence: 300 } : { answer: 8000, silence: 8000 },
      onProgress: (note) => notes.push(note),
      build: async (module, program, output) => {
        builds.push(`${module} ${program}`)
        program_(output, '1.2.3')
      },
      ...change,
    }
  }
  const program_ = (path: string, version: string) => {
    writeFileSync(path, `#!/bin/sh\necho "Program v${version}"\n`)
    chmodSync(path, 0o755)
  }
  const onPath = (name: string, version: string) => program_(join(folder, 'bin', name), version)
  const failure = async (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    )

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shoal-test-'))
    mkdirSync(join(folder, 'bin'))
    notes = []
    builds = []
  })
  afterEach(async () => {
    await server.stop()
    rmSync(folder, { recursive: true })
  })

  it('takes what is on PATH in a fitting version, and asks nobody', async () => {
    const options = await start('good')
    onPath('pelican', '1.9.0')
    const found = await ensureProgram(recipe, options)
    expect(found).to.deep.equal({
      name: 'pelican',
      path: join(folder, 'bin', 'pelican'),
      version: '1.9.0',
      origin: 'PATH',
      cached: true,
    })
    expect(server.requests).to.deep.equal([])
  })

  it('takes another program that does the same', async () => {
    const options = await start('good')
    onPath('heron', '3.1.0')
    expect(await ensureProgram(recipe, options)).to.include({ name: 'heron', version: '3.1.0', origin: 'PATH' })
  })

  it('downloads the release when the version on PATH does not fit, and finds it again in the cache', async () => {
    const options = await start('good')
    onPath('pelican', '2.0.0')
    const found = await ensureProgram(recipe, options)
    expect(found).to.include({ version: '1.2.3', origin: 'release', cached: false })
    expect(found.path).to.equal(join(folder, 'cache/bin/pelican/1.2.3/pelican'))
    expect(execFileSync(found.path, { encoding: 'utf8' })).to.equal('pelican v1.2.3\n')
    const requests = server.requests.length
    expect(await ensureProgram(recipe, options)).to.include({ path: found.path, origin: 'release', cached: true })
    expect(server.requests).to.have.length(requests)
  })

  it('refuses a tampered archive, keeps nothing of it, and does not go on to another way', async () => {
    const options = await start('tampered')
    const error = await failure(ensureProgram(recipe, options))
    expect(error).to.be.instanceOf(Problem)
    expect(String(error)).to.match(/is not the file that was released[\s\S]*given {4}SHA-256[\s\S]*allowed {2}SHA-256/)
    expect(builds).to.deep.equal([])
    expect(existsSync(join(folder, 'cache/bin/pelican/1.2.3'))).to.equal(false)
    expect(readdirSync(join(folder, 'cache/downloads'))).to.deep.equal([])
  })

  it('builds from source when the server does not answer in time', async () => {
    const options = await start('hanging')
    const started = performance.now()
    expect(await ensureProgram(recipe, options)).to.include({ origin: 'source', cached: false })
    expect(performance.now() - started).to.be.lessThan(5000)
    expect(builds).to.deep.equal(['pelican example.org/pelican'])
    expect(notes.join()).to.contain("can't be reached")
    expect(await ensureProgram(recipe, options)).to.include({ origin: 'source', cached: true })
  })

  it('builds from source when nobody listens, and when the version is not there', async () => {
    const nobody = await start('good', { releasesUrl: 'http://127.0.0.1:9' })
    expect(await ensureProgram(recipe, nobody)).to.include({ origin: 'source' })
    await server.stop()
    const without = await start('without', { cache: join(folder, 'other') })
    expect(await ensureProgram(recipe, without)).to.include({ origin: 'source' })
  })

  it('goes on where an interrupted download stopped', async () => {
    const options = await start('hanging halfway', { build: () => Promise.reject(new Error('no Go')) })
    expect(String(await failure(ensureProgram(recipe, options)))).to.contain('no Go')
    server.behaviour = 'good'
    const patience = { answer: 8000, silence: 8000 }
    expect(await ensureProgram(recipe, { ...options, patience })).to.include({ origin: 'release' })
    expect(server.requests.at(-1)).to.match(/linux_amd64\.zip from 1000$/)
  })

  it('starts anew when what an interrupted download left belongs to another file', async () => {
    const options = await start('good')
    mkdirSync(join(folder, 'cache/downloads'), { recursive: true })
    writeFileSync(join(folder, 'cache/downloads/pelican_1.2.3_linux_amd64.zip.part'), 'something else')
    expect(await ensureProgram(recipe, options)).to.include({ origin: 'release' })
  })

  it('builds from source when told to, whatever is on PATH or released', async () => {
    const options = await start('good', { fromSource: true })
    onPath('pelican', '1.2.3')
    expect(await ensureProgram(recipe, options)).to.include({ origin: 'source', cached: false })
    expect(server.requests).to.deep.equal([])
  })

  it('keeps a release and a build from source of the same version apart', async () => {
    const options = await start('good')
    const released = await ensureProgram(recipe, options)
    const built = await ensureProgram(recipe, { ...options, fromSource: true })
    expect(built).to.include({ origin: 'source' })
    expect(built.path).not.to.equal(released.path)
    expect(await ensureProgram(recipe, options)).to.include({ path: released.path, origin: 'release' })
  })

  it('does the work once when two runs ask at once', async () => {
    const options = await start('good')
    const [one, two] = await Promise.all([ensureProgram(recipe, options), ensureProgram(recipe, options)])
    expect(one.path).to.equal(two.path)
    expect(server.requests.filter((request) => request.endsWith('.zip'))).to.have.length(1)
  })
})
