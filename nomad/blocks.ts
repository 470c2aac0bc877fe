/** The blocks of typed values, by Nomad's own names; nothing where there are none. */
export function blocksOf<T>(items: readonly { toSpec(): T }[] | undefined): T[] | undefined {
  if (!items || items.length === 0) return undefined
  const blocks: T[] = []
  for (const item of items) blocks.push(item.toSpec())
  return blocks
}

/** What is set, and nothing else: a block has many attributes, of which few are. */
export function present<T extends object>(block: T): T {
  const set = {} as T
  for (const name in block) if (block[name] !== undefined) set[name] = block[name]
  return set
}
