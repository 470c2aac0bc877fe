import { z } from 'zod'
import { characters } from './result.js'

/** The form in which a username is unique: "Ｆｉｓｈ", "FISH" and "fish" are one. */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').trim().toLowerCase().normalize('NFKC')
}

const username = z
  .string('Choose a username.')
  .transform((value) => value.normalize('NFKC').trim())
  .pipe(
    z
      .string()
      .refine((value) => value.length > 0, 'Choose a username.')
      .refine((value) => characters(value) >= 3, 'A username has at least 3 characters.')
      .refine((value) => characters(value) <= 32, 'A username has at most 32 characters.')
      .refine(
        (value) => /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u.test(value),
        'A username starts with a letter or digit, and goes on with letters, digits, ".", "_" and "-".',
      ),
  )

const password = z
  .string('Choose a password.')
  .refine((value) => value.length > 0, 'Choose a password.')
  .refine((value) => characters(value) >= 10, 'A password has at least 10 characters. A few words in a row are fine.')
  .refine((value) => characters(value) <= 200, 'A password has at most 200 characters.')

/** Signing up. */
export const signUpForm = z
  .object({ username, password })
  .refine(({ username, password }) => usernameKey(username) !== usernameKey(password), {
    path: ['password'],
    message: 'The password must not be the username.',
  })

/** Signing in: nothing is said about what a username or password must look like. */
export const signInForm = z.object({
  username: z
    .string('Type your username.')
    .refine((value) => value.trim().length > 0, 'Type your username.')
    .refine((value) => characters(value) <= 200, 'This is too long for a username.'),
  password: z
    .string('Type your password.')
    .refine((value) => value.length > 0, 'Type your password.')
    .refine((value) => characters(value) <= 200, 'A password has at most 200 characters.'),
})
