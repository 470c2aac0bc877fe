import { randomUUID } from 'node:crypto'
import { signInForm, signUpForm, usernameKey } from '../../forms/accounts.js'
import { check, type FieldErrors } from '../../forms/result.js'
import { UsernameTaken, type Account, type Services } from '../services.js'

/** What came of somebody's wish to sign up or in. */
export type Outcome =
  | { readonly kind: 'account'; readonly account: Account }
  | { readonly kind: 'invalid'; readonly fields: FieldErrors }
  | { readonly kind: 'taken'; readonly fields: FieldErrors }
  | { readonly kind: 'refused' }
  | { readonly kind: 'tooMany'; readonly seconds: number }

type Needs = Pick<Services, 'accounts' | 'passwords' | 'signInLimiter'>

/** @throws Unavailable */
export async function signUp({ accounts, passwords }: Needs, payload: unknown): Promise<Outcome> {
  const form = check(signUpForm, payload)
  if (!form.ok) return { kind: 'invalid', fields: form.fields }
  const { username, password } = form.value
  const key = usernameKey(username)
  const taken: Outcome = { kind: 'taken', fields: { username: 'This username is taken. Choose another one.' } }
  // Before the hash: that costs us more than it costs whoever asks.
  if (await accounts.findByUsernameKey(key)) return taken
  const passwordHash = await passwords.hash(password)
  try {
    const account = await accounts.create({ id: randomUUID(), username, usernameKey: key, passwordHash })
    return { kind: 'account', account }
  } catch (error) {
    if (error instanceof UsernameTaken) return taken
    throw error
  }
}

/** @throws Unavailable */
export async function signIn(
  { accounts, passwords, signInLimiter }: Needs,
  payload: unknown,
  address: string,
): Promise<Outcome> {
  const form = check(signInForm, payload)
  if (!form.ok) return { kind: 'invalid', fields: form.fields }
  const key = usernameKey(form.value.username)
  const seconds = await signInLimiter.secondsUntilAllowed(key, address)
  if (seconds > 0) return { kind: 'tooMany', seconds }
  const account = await accounts.findByUsernameKey(key)
  const right = await passwords.verify(account?.passwordHash, form.value.password)
  if (!account || !right) {
    await signInLimiter.failed(key, address)
    return { kind: 'refused' }
  }
  await signInLimiter.succeeded(key, address)
  return { kind: 'account', account: { id: account.id, username: account.username, createdAt: account.createdAt } }
}
