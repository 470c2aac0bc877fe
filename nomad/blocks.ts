/** The blocks of typed values, by Nomad's own names; nothing where there are none. */
export function blocksOf<T>(items: readonly { toSpec(): T }[] | undefined): T[] | undefined {
  if (!items || items.length === 0) return undefined
  const blocks: T[] = []
  for (const item of items) blocks.push(item.toSpec())
  return blocks
}
