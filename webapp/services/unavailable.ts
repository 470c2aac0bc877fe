/**
 * A part that this request needs can not be used at the moment, although it was tried again where that is safe. It becomes a page
 * (or JSON) with status 503 and `Retry-After`; nothing was acknowledged.
 */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
  constructor(
    /** The part, in words: "accounts (MySQL, writing)". */
    readonly part: string,
    options: { readonly cause?: unknown } = {},
    /** @default 5 */
    readonly retryAfterSeconds = 5,
  ) {
    super(`${part} can not be used at the moment: ${reason(options.cause)}`, options)
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause ?? 'no answer')
}
