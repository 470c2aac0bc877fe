import { verify } from '@node-rs/argon2'
import { expect } from 'chai'
import { signUpForm, usernameKey } from '../../webapp/forms/accounts.js'
import { check } from '../../webapp/forms/result.js'
import { safeNext } from '../../webapp/plugins/requests.js'
import { Passwords } from '../../webapp/services/accounts/passwords.js'
import { CountingLimiter, MemoryCounter } from '../../webapp/services/accounts/sign-in-limiter.js'
import { BackgroundHealth } from '../../webapp/services/health.js'
import { isReadOnly, isTransient } from '../../webapp/services/mysql/errors.js'
import { Unavailable } from '../../webapp/services/unavailable.js'

describe('webapp passwords', () => {
  it('are argon2id with the figures of OWASP, and the same in any spelling of Unicode', async () => {
    const passwords = new Passwords()
    const hash = await passwords.hash('pässwörd-long')
    expect(hash).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await passwords.verify(hash, 'pa\u0308sswo\u0308rd-long')).to.equal(true)
    expect(await passwords.verify(hash, 'passw0rd-long')).to.equal(false)
    expect(await passwords.verify(undefined, 'nobody has this password')).to.equal(false)
  })

  it('do the same work for an account that does not exist', async () => {
    const compared: string[] = []
    const passwords = new Passwords({
      verify: (hash, password) => {
        compared.push(hash)
        return verify(hash, password)
      },
    })
    await passwords.verify(await passwords.hash('a long password'), 'another password')
    await passwords.verify(undefined, 'another password')
    await passwords.verify(undefined, 'another password')
    const work = compared.map((hash) => hash.split('$').slice(1, 4).join(' '))
    expect(work).to.deep.equal(Array(3).fill('argon2id v=19 m=19456,t=2,p=1'))
  })

  it('are hashed one at a time, and who would wait too long is told so', async () => {
    const passwords = new Passwords({ concurrency: 1, queue: 2 })
    const results = await Promise.allSettled([1, 2, 3, 4].map((i) => passwords.hash(`password ${i}`)))
    expect(results.map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled', 'fulfilled', 'rejected'])
    expect((results[3] as PromiseRejectedResult).reason).to.be.instanceOf(Unavailable)
    expect(await passwords.hash('the queue is empty again')).to.be.a('string')
  })
})

describe('webapp accounts', () => {
  it('takes usernames that look the same for the same', () => {
    for (const spelling of ['FISH', ' fish ', 'ｆｉｓｈ', 'Fish']) expect(usernameKey(spelling)).to.equal('fish')
    expect(usernameKey('Ａ\u030a')).to.equal(usernameKey('å'))
  })

  const problems = (username: unknown, password: unknown): readonly string[] => {
    const result = check(signUpForm, { username, password })
    return result.ok ? [] : Object.keys(result.fields)
  }

  it('wants a username and a password within limits', () => {
    const good = 'a long password'
    for (const name of ['ann', 'Łucja', '李小龙', 'a.b_c-9']) expect(problems(name, good), name).to.deep.equal([])
    for (const name of ['', 'ab', '-ann', 'a b c', 'a\u0000bc', 'x'.repeat(33), '<b>', 7, undefined, ['ann']]) {
      expect(problems(name, good), String(name)).to.deep.equal(['username'])
    }
    for (const password of ['', 'nine char', 'x'.repeat(201), null, {}]) {
      expect(problems('ann', password), String(password)).to.deep.equal(['password'])
    }
    expect(problems('ann-of-ten', 'ANN-of-ten')).to.deep.equal(['password'])
    expect(problems('ann', '🐟'.repeat(200))).to.deep.equal([])
  })

  it('counts failures per pair, account and address, and forgets them after the window', async () => {
    const limiter = new CountingLimiter(new MemoryCounter(), { pair: 2, account: 3, address: 4, windowMs: 60_000 })
    const wait = (name: string, address: string): Promise<number> => limiter.secondsUntilAllowed(name, address)
    await limiter.failed('ann', '1')
    expect(await wait('ann', '1')).to.equal(0)
    await limiter.failed('ann', '1')
    expect(await wait('ann', '1')).to.be.within(1, 60)
    expect(await wait('ann', '2')).to.equal(0)
    await limiter.failed('ann', '2')
    expect(await wait('ann', '3')).to.be.above(0)
    await limiter.failed('bob', '1')
    await limiter.failed('cid', '1')
    expect(await wait('dan', '1')).to.be.above(0)
    const short = new CountingLimiter(new MemoryCounter(), { pair: 1, windowMs: 0 })
    await short.failed('ann', '1')
    expect(await short.secondsUntilAllowed('ann', '1')).to.equal(0)
  })
})

describe('webapp health', () => {
  it('is ready with one of the two MySQL roles and Cassandra, and not while it stops', async () => {
    const state = { writer: false, reader: true, cassandra: true }
    const probe = (name: keyof typeof state): { name: string; check: () => Promise<void> } => ({
      name,
      check: async () => {
        if (!state[name]) throw new Error(`${name} is away`)
      },
    })
    const health = new BackgroundHealth({
      probes: [probe('writer'), probe('reader'), probe('cassandra')],
      anyOf: [['writer', 'reader'], ['cassandra']],
      intervalMs: 5,
      graceMs: 60,
    })
    expect(health.readiness().ready).to.equal(false)
    health.start()
    try {
      await until(() => health.readiness().ready)
      expect(health.readiness().parts).to.deep.equal({ writer: 'unavailable', reader: 'ok', cassandra: 'ok' })
      state.cassandra = false
      await until(() => !health.readiness().ready)
      state.cassandra = true
      await until(() => health.readiness().ready)
      health.drain()
      expect(health.readiness()).to.have.property('ready', false)
    } finally {
      health.stop()
    }
  })
})

describe('webapp errors of MySQL', () => {
  it('knows which are worth another try', () => {
    const error = (fields: object): Error => Object.assign(new Error('x'), fields)
    for (const fields of [
      { code: 'ECONNREFUSED' },
      { code: 'PROTOCOL_CONNECTION_LOST' },
      { errno: 1290 },
      { errno: 1836 },
    ]) {
      expect(isTransient(error(fields)), JSON.stringify(fields)).to.equal(true)
    }
    expect(isTransient(new Error("Can't add new command when connection is in closed state"))).to.equal(true)
    for (const fields of [{ errno: 1062 }, { errno: 1146 }, { errno: 1045, fatal: true }, {}]) {
      expect(isTransient(error(fields)), JSON.stringify(fields)).to.equal(false)
    }
    expect([1290, 1836, 1213].map((errno) => isReadOnly(error({ errno })))).to.deep.equal([true, true, false])
  })
})

describe('webapp redirects', () => {
  it('stay on this site', () => {
    for (const path of ['/posts', '/posts?cursor=a-b_1']) expect(safeNext(path)).to.equal(path)
    for (const path of ['', 'posts', '//x', '/\\x', '/a\\b', '/a b', '/\u0000', 'http://x', undefined, ['/x']]) {
      expect(safeNext(path), String(path)).to.equal('/posts')
    }
  })
})

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it never became true')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
