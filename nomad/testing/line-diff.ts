/** A line of a difference between two texts. */
interface Line {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

/** How two texts differ, line by line, with some lines around each change. `-` is expected, `+` is what there is. */
export function lineDiff(expected: string, actual: string, around = 3): string {
  const lines = compare(expected.split('\n'), actual.split('\n'))
  const changed = lines.flatMap((line, i) => (line.sign === ' ' ? [] : [i]))
  const isShown = (i: number) => changed.some((at) => Math.abs(at - i) <= around)
  const out: string[] = []
  let gap = false
  for (const [i, line] of lines.entries()) {
    if (!isShown(i)) {
      gap = true
      continue
    }
    if (gap && out.length > 0) out.push('  ...')
    gap = false
    out.push(`${line.sign} ${line.text}`)
  }
  return out.join('\n')
}

/** By the longest common subsequence, once what is the same at both ends is off. */
function compare(from: readonly string[], to: readonly string[]): Line[] {
  let head = 0
  while (head < from.length && head < to.length && from[head] === to[head]) head++
  let tail = 0
  while (
    tail < from.length - head &&
    tail < to.length - head &&
    from[from.length - 1 - tail] === to[to.length - 1 - tail]
  ) {
    tail++
  }
  const same = (lines: readonly string[]): Line[] => lines.map((text) => ({ sign: ' ', text }))
  return [
    ...same(from.slice(0, head)),
    ...middle(from.slice(head, from.length - tail), to.slice(head, to.length - tail)),
    ...same(from.slice(from.length - tail)),
  ]
}

function middle(from: readonly string[], to: readonly string[]): Line[] {
  // length[i][j]: what from[i...] and to[j...] have in common
  const length = Array.from({ length: from.length + 1 }, () => new Uint32Array(to.length + 1))
  const at = (i: number, j: number) => length[i]?.[j] ?? 0
  for (let i = from.length - 1; i >= 0; i--) {
    const row = length[i]
    if (!row) continue
    for (let j = to.length - 1; j >= 0; j--) {
      row[j] = from[i] === to[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const lines: Line[] = []
  let [i, j] = [0, 0]
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      lines.push({ sign: ' ', text: from[i] ?? '' })
      i++
      j++
    } else if (i < from.length && (j === to.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: '-', text: from[i++] ?? '' })
    } else {
      lines.push({ sign: '+', text: to[j++] ?? '' })
    }
  }
  return lines
}
