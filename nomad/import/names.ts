const reserved = new Set(
  (
    'break case catch class const continue debugger default delete do else enum export extends false finally for function ' +
    'if import in instanceof new null return super switch this throw true try typeof var void while with yield let static ' +
    'await async implements interface package private protected public arguments eval undefined props scope id'
  ).split(' '),
)

/** Hands out identifiers that don't clash. */
export class Names {
  private readonly taken = new Set<string>()

  /** The first of the wishes that is free, or the last one with a number. */
  free(...wishes: readonly string[]): string {
    const names = wishes.map(camelCase)
    const last = names[names.length - 1] ?? 'value'
    let name = names.find((n) => !this.isTaken(n))
    for (let i = 2; name === undefined; i++) if (!this.isTaken(`${last}${i}`)) name = `${last}${i}`
    this.taken.add(name)
    return name
  }

  /** Keeps a name for something else. */
  take(name: string): string {
    this.taken.add(name)
    return name
  }

  private isTaken(name: string): boolean {
    return reserved.has(name) || this.taken.has(name)
  }
}

/** `my-web_2` as `myWeb2`. */
export function camelCase(text: string): string {
  const words = text.normalize('NFKD').match(/[A-Za-z0-9]+/g) ?? ['value']
  const name = words.map((w, i) => (i === 0 ? lowerFirst(w) : w[0]?.toUpperCase() + w.slice(1))).join('')
  return /^[0-9]/.test(name) ? `n${name}` : name
}

/** `my-web` as `MyWeb`. */
export function pascalCase(text: string): string {
  const name = camelCase(text)
  return (name[0]?.toUpperCase() ?? '') + name.slice(1)
}

function lowerFirst(word: string): string {
  return /^[A-Z]+$/.test(word) ? word.toLowerCase() : (word[0]?.toLowerCase() ?? '') + word.slice(1)
}
