import { readFileSync } from 'node:fs'
import Handlebars from 'handlebars'
import type { ReadyStack } from './ready'

/**
 * What a template engine does for the same texts: the jobs' images are filled in, all else stands as it is. Compiling
 * counts, as each deploy compiles each template once.
 */
export function prepare(_: string, file: string): () => string {
  const stacks = JSON.parse(readFileSync(file, 'utf8')) as readonly ReadyStack[]
  const texts = stacks.flatMap(({ jobs }) => jobs).map(({ jobspec }) => jobspec.replaceAll('{{', '\\{{'))
  const images: string[] = []
  const sources = texts.map((text) =>
    text.replace(/"registry:5000\/[^"]*"/g, (image) => `"{{image${images.push(image.slice(1, -1)) - 1}}}"`),
  )
  const values = Object.fromEntries(images.map((image, i) => [`image${i}`, image]))
  return () => {
    let bytes = 0
    for (const source of sources) bytes += Handlebars.compile(source, { noEscape: true })(values).length
    return `${sources.length} jobs, ${bytes} bytes`
  }
}
