/** A set of whole numbers as text, `1-345,347`: what tens of thousands of ids need on one line. */
export function toRanges(numbers: Iterable<number>): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b)
  const parts: string[] = []
  for (let i = 0; i < sorted.length;) {
    let j = i
    while (j + 1 < sorted.length && sorted[j + 1] === (sorted[j] ?? 0) + 1) j++
    parts.push(i === j ? `${sorted[i]}` : `${sorted[i]}-${sorted[j]}`)
    i = j + 1
  }
  return parts.join(',')
}

/** @throws RangeError when the text is none of `toRanges`. */
export function fromRanges(text: string): number[] {
  if (text === '') return []
  return text.split(',').flatMap((part) => {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part)
    if (!match) throw new RangeError(`'${part}' is no range of numbers: given '${text}', allowed such as '1-345,347'`)
    const first = Number(match[1])
    const last = Number(match[2] ?? first)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })
}
