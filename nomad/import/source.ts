import type { Block } from './scan'

/** What a job file says where: which attributes a block sets, and what is said about them. */
export class Source {
  private readonly seen = new Set<string>()
  private readonly taken: { readonly item: { comments: string[] }; readonly comments: string[] }[] = []
  private readonly places = new WeakMap<object, Block>()

  constructor(readonly file: Block) {
    this.collect(file)
  }

  /** The file's `job` block. */
  get job(): Block | undefined {
    return this.file.blocks.find((block) => block.type === 'job')
  }

  /** Remembers where a piece of the spec was written. */
  place(spec: object, block: Block | undefined): void {
    if (block) this.places.set(spec, block)
  }

  /** Where a piece of the spec was written, if that is known. */
  blockOf(spec: object): Block | undefined {
    return this.places.get(spec)
  }

  /** Whether an attribute is written: in this block where it is known, or else in any of its type. */
  has(block: Block | undefined, type: string, attribute: string): boolean {
    if (block) return block.attributes.some((a) => a.name === attribute) || hasDynamic(block, attribute)
    return this.seen.has(`${type}.${attribute}`)
  }

  /** Whether a block of this type is written, inside this block where it is known, or else anywhere. */
  hasBlock(block: Block | undefined, type: string, child: string): boolean {
    if (block) return this.has(block, type, child) || childrenOf(block, child).length > 0 || hasDynamic(block, child)
    return this.seen.has(`${type}>${child}`) || this.seen.has(`${type}.${child}`)
  }

  /** The blocks that a list of the spec was written as: by labels, or by their order where their number is the same. */
  children(block: Block | undefined, type: string, labels: readonly (string | undefined)[]): (Block | undefined)[] {
    const all = block ? childrenOf(block, type) : []
    if (labels.every((label) => label !== undefined)) {
      return labels.map((label) => all.find((b) => b.labels[0] === label))
    }
    return all.length === labels.length ? all : labels.map(() => undefined)
  }

  /** What is said about an attribute or about blocks of this name, down to the innermost; each is handed out once. */
  takeComments(block: Block | undefined, name: string): string[] {
    const attributes = block?.attributes.filter((a) => a.name === name) ?? []
    const blocks = block?.blocks.filter((b) => b.type === name || (b.type === 'dynamic' && b.labels[0] === name)) ?? []
    return [...attributes.flatMap((a) => this.drain(a)), ...blocks.flatMap((b) => this.drainAll(b))]
  }

  /** Every comment of a block and of what is in it, each once. */
  drainAll(block: Block): string[] {
    const attributes = block.attributes.flatMap((a) => this.drain(a))
    return [...this.drain(block), ...attributes, ...block.blocks.flatMap((b) => this.drainAll(b))]
  }

  /** The comments of a block or an attribute itself, each once. */
  drain(item: { comments: string[] }): string[] {
    const comments = item.comments
    if (comments.length > 0) this.taken.push({ item, comments })
    item.comments = []
    return comments
  }

  /** Runs something that may come to nothing; then the comments that it took are there again. */
  attempt<T>(run: () => T | undefined): T | undefined {
    const before = this.taken.length
    const result = run()
    if (result !== undefined) return result
    for (const { item, comments } of this.taken.splice(before)) item.comments = comments
    return undefined
  }

  private collect(block: Block): void {
    for (const attribute of block.attributes) this.seen.add(`${block.type}.${attribute.name}`)
    for (const child of block.blocks) {
      if (child.type === 'dynamic') {
        const type = child.labels[0] ?? ''
        this.seen.add(`${block.type}>${type}`)
        for (const content of child.blocks) this.collect({ ...content, type })
      } else {
        this.seen.add(`${block.type}>${child.type}`)
        this.collect(child)
      }
    }
  }
}

function childrenOf(block: Block, type: string): Block[] {
  if (hasDynamic(block, type)) return []
  return block.blocks.filter((child) => child.type === type)
}

function hasDynamic(block: Block, type: string): boolean {
  return block.blocks.some((child) => child.type === 'dynamic' && child.labels[0] === type)
}
