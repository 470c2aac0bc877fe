/** One attribute of a {@link Block}, with what is said about it. */
export interface Attribute {
  readonly name: string
  /** The expression's text. */
  readonly source: string
  readonly line: number
  comments: string[]
}

/** A block of a job file, with what is said about it. A file as a whole is a block too. */
export interface Block {
  readonly type: string
  readonly labels: readonly string[]
  readonly line: number
  readonly attributes: Attribute[]
  readonly blocks: Block[]
  /** Before the block, behind its braces, and before its closing brace. */
  comments: string[]
}

/** Reads the outline of HCL that Nomad's parser has accepted: blocks, attributes, comments. It judges nothing. */
export function scan(text: string): Block {
  return new Scanner(text.replace(/\r\n/g, '\n')).file()
}

class Scanner {
  private at = 0
  private line = 1

  constructor(private readonly text: string) {}

  file(): Block {
    const file: Block = { type: '', labels: [], line: 1, attributes: [], blocks: [], comments: [] }
    this.body(file)
    return file
  }

  private body(block: Block): void {
    let pending: string[] = []
    let last: { comments: string[]; end: number } | undefined
    while (this.at < this.text.length) {
      this.skipSpace()
      const c = this.text[this.at]
      if (c === undefined) break
      if (c === '}') {
        this.advance(1)
        break
      }
      if (this.atComment()) {
        const line = this.line
        const comment = this.comment()
        if (last !== undefined && last.end === line) last.comments.push(...comment)
        else if (line === block.line && block.type !== '') block.comments.push(...comment)
        else pending.push(...comment)
        if (block.type === '' && last === undefined && this.blankLine()) {
          block.comments.push(...pending, '')
          pending = []
        }
        continue
      }
      const item = this.item(pending)
      pending = []
      if (item === undefined) this.advance(1)
      else if ('source' in item) block.attributes.push(item)
      else block.blocks.push(item)
      if (item) last = { comments: item.comments, end: this.line }
    }
    block.comments.push(...pending)
  }

  private item(comments: string[]): Attribute | Block | undefined {
    const line = this.line
    const name = this.word()
    if (name === undefined) return undefined
    const labels: string[] = []
    for (;;) {
      this.skipBlanks()
      const c = this.text[this.at]
      if (c === '=' || c === ':') {
        this.advance(1)
        const inside: string[] = []
        return { name, line, source: this.expression(inside), comments: [...comments, ...inside] }
      }
      if (c === '{') {
        this.advance(1)
        const block: Block = { type: name, labels, line, attributes: [], blocks: [], comments }
        this.body(block)
        return block
      }
      const label = this.word()
      if (label === undefined) return undefined
      labels.push(label)
    }
  }

  /** An identifier, or a quoted label without its quotes. */
  private word(): string | undefined {
    if (this.text[this.at] === '"') {
      const start = this.at + 1
      this.string()
      return this.text.slice(start, this.at - 1)
    }
    const match = /^[\p{L}_][\p{L}\p{N}_.-]*/u.exec(this.text.slice(this.at, this.at + 200))
    if (match) this.advance(match[0].length)
    return match?.[0]
  }

  /** Everything to the end of the line, of an enclosing one-line block, or of the brackets that it opened. */
  private expression(comments: string[]): string {
    const start = this.at
    let depth = 0
    while (this.at < this.text.length) {
      const c = this.text[this.at] ?? ''
      if (depth === 0 && (c === '\n' || c === '}')) break
      if (this.atComment()) {
        if (depth === 0) break
        comments.push(...this.comment())
        continue
      }
      const heredoc = /^<<-?([\p{L}_][\p{L}\p{N}_.-]*)\n/u.exec(this.text.slice(this.at, this.at + 100))
      if (heredoc) {
        this.heredoc(heredoc[1] ?? '', heredoc[0].length)
        if (depth === 0) break
      } else if (c === '"') {
        this.string()
      } else {
        if ('{[('.includes(c)) depth++
        if ('}])'.includes(c)) depth--
        this.advance(1)
      }
    }
    return this.text.slice(start, this.at).trim()
  }

  private string(): void {
    this.advance(1)
    while (this.at < this.text.length && this.text[this.at] !== '"') {
      const two = this.text.slice(this.at, this.at + 2)
      if (two === '${' || two === '%{') {
        const escaped = this.text[this.at - 1] === two[0]
        this.advance(2)
        if (!escaped) this.interpolation()
      } else {
        this.advance(two.startsWith('\\') ? 2 : 1)
      }
    }
    this.advance(1)
  }

  private interpolation(): void {
    for (let depth = 1; depth > 0 && this.at < this.text.length;) {
      const c = this.text[this.at]
      if (c === '"') {
        this.string()
        continue
      }
      if (c === '{') depth++
      if (c === '}') depth--
      this.advance(1)
    }
  }

  private heredoc(marker: string, head: number): void {
    this.advance(head)
    while (this.at < this.text.length) {
      const end = this.text.indexOf('\n', this.at)
      const line = this.text.slice(this.at, end < 0 ? undefined : end)
      this.advance(line.length)
      if (line.trim() === marker) return
      this.advance(1)
    }
  }

  private atComment(): boolean {
    return this.text[this.at] === '#' || /^\/[/*]/.test(this.text.slice(this.at, this.at + 2))
  }

  /** A comment's lines without their marks. */
  private comment(): string[] {
    const rest = this.text.slice(this.at)
    if (rest.startsWith('/*')) {
      const end = rest.indexOf('*/')
      const body = rest.slice(2, end < 0 ? undefined : end)
      this.advance(end < 0 ? rest.length : end + 2)
      const lines = body.split('\n').map((l) => l.replace(/^\s*\*? ?/, '').trimEnd())
      while (lines[0] === '') lines.shift()
      while (lines[lines.length - 1] === '') lines.pop()
      return lines
    }
    const line = /^(?:#+|\/\/) ?(.*)/.exec(rest)
    this.advance(line?.[0].length ?? 1)
    return [(line?.[1] ?? '').trimEnd()]
  }

  private blankLine(): boolean {
    return /^[ \t]*\n[ \t]*\n/.test(this.text.slice(this.at))
  }

  private skipSpace(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.advance(1)
  }

  private skipBlanks(): void {
    while (this.text[this.at] === ' ' || this.text[this.at] === '\t') this.advance(1)
  }

  private advance(by: number): void {
    for (let i = 0; i < by; i++) if (this.text[this.at + i] === '\n') this.line++
    this.at += by
  }
}
