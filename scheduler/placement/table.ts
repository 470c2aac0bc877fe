/**
 * A table in columns, as wide as what is in them.
 * @param numbers the columns that are written to the right
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: readonly number[],
): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  return all
    .map((row) =>
      head
        .map((_, column) => {
          const [cell, width] = [row[column] ?? '', widths[column] ?? 0]
          return numbers.includes(column) ? cell.padStart(width) : cell.padEnd(width)
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
