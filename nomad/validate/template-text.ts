/** What is wrong with the blocks of a consul-template text (`{{ if }}` ... `{{ end }}`), as its parser would find. */
export function templateProblem(text: string, left = '{{', right = '}}'): string | undefined {
  if (!text.includes(left)) return undefined
  const open: string[] = []
  let at = text.indexOf(left)
  while (at >= 0) {
    const start = at + left.length
    const end = endOf(text, start, right)
    if (end < 0) return `'${left}' in line ${lineOf(text, at)} is not closed by '${right}'`
    const word = firstWord(text.slice(start, end))
    if (/^(?:if|range|with|block|define)$/.test(word)) open.push(`'${word}' in line ${lineOf(text, at)}`)
    else if (word === 'end' && open.pop() === undefined) return `'end' in line ${lineOf(text, at)} closes nothing`
    else if (word === 'else' && open.length === 0) return `'else' in line ${lineOf(text, at)} belongs to nothing`
    at = text.indexOf(left, end + right.length)
  }
  const last = open.pop()
  return last === undefined ? undefined : `${last} has no 'end'`
}

/** Where an action ends: quoted texts and comments may hold the delimiter. */
function endOf(text: string, start: number, right: string): number {
  if (/^-?\s*\/\*/.test(text.slice(start, start + 20))) {
    const close = text.indexOf('*/', start)
    return close < 0 ? -1 : text.indexOf(right, close)
  }
  for (let i = start; i < text.length; i++) {
    if (text.startsWith(right, i)) return i
    const quote = text[i]
    if (quote !== '"' && quote !== '`' && quote !== "'") continue
    for (i++; i < text.length && text[i] !== quote; i++) if (quote !== '`' && text[i] === '\\') i++
  }
  return -1
}

function firstWord(action: string): string {
  return /^-?\s*(\w+)/.exec(action)?.[1] ?? ''
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length
}
