/** Prints one line for each step, with the seconds since the command began. */
export function progressLine(): (line: string) => void {
  const begun = Date.now()
  return (line) => console.error(`${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${line}`)
}
