import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Problem } from '../problem.js'
import { artifactNames } from './artifact/index.js'

/** The image that everything is made from. It isn't ours: it is pulled, or made by debootstrap under the same name. */
export const rootImage = 'debian:bookworm-slim'

const inside = z
  .string()
  .min(1)
  .refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), 'must be a path inside the repository')

const schema = z.strictObject({
  from: z.string().optional(),
  files: z.record(inside, inside).default({}),
  needs: z.array(z.templateLiteral(['npm:', z.string()])).default([]),
  artifacts: z.array(z.enum(artifactNames)).default([]),
})

/** What `images/<name>/image.json` says, with its defaults. */
export interface ImageDefinition {
  readonly name: string
  /** The image's own folder, absolute. */
  readonly folder: string
  /** Name of the parent image, or {@link rootImage}. */
  readonly from: string
  /** Path in the context -> path in the repository. */
  readonly files: Readonly<Record<string, string>>
  /** npm workspaces that go into the context. */
  readonly workspaces: readonly string[]
  readonly artifacts: readonly (typeof artifactNames)[number][]
}

/**
 * All images of a repository, parents before children.
 * @throws Problem naming every image.json that is wrong.
 */
export function loadImages(root: string): ImageDefinition[] {
  const folder = join(root, 'images')
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'Dockerfile')))
    .map((entry) => entry.name)
    .sort()
  const problems: Problem[] = []
  const images: ImageDefinition[] = []
  for (const name of names) {
    try {
      images.push(loadImage(root, name))
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problems.push(error)
    }
  }
  if (problems.length > 0) throw Problem.all(problems)
  return parentsFirst(images)
}

function loadImage(root: string, name: string): ImageDefinition {
  const folder = join(root, 'images', name)
  const where = `images/${name}/image.json`
  const file = join(folder, 'image.json')
  let text: unknown = {}
  if (existsSync(file)) {
    try {
      text = JSON.parse(readFileSync(file, 'utf8'))
    } catch (cause) {
      throw new Problem({ what: `${where} is not JSON`, given: String(cause), do: 'correct it', cause })
    }
  }
  const parsed = schema.safeParse(text)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new Problem({
      what: `${where}: ${issue?.path.join('.') || 'the file'} is wrong: ${issue?.message ?? ''}`,
      given: JSON.stringify(text),
      allowed: `from, files, needs (npm:<workspace>), artifacts (${artifactNames.join(', ')})`,
      do: 'see images/README.md',
    })
  }
  const { from = 'base', files, needs, artifacts } = parsed.data
  for (const [target, source] of Object.entries(files)) {
    if (target.endsWith('/') !== source.endsWith('/') || !existsSync(join(root, source))) {
      throw new Problem({
        what: `${where}: files has an entry that can't be copied`,
        given: `"${target}": "${source}"`,
        allowed: 'a file to a file, or a folder to a folder, both ending in /; the right side must exist',
        do: 'correct the path; what a build makes (dist/) comes by "needs", not by "files"',
      })
    }
  }
  const workspaces = needs.map((need) => need.slice('npm:'.length))
  for (const workspace of workspaces) {
    if (!existsSync(join(root, workspace, 'package.json'))) {
      throw new Problem({
        what: `${where}: needs names a workspace that isn't there`,
        given: `npm:${workspace}`,
        allowed: 'npm:<folder with a package.json>',
        do: 'correct the name of the workspace',
      })
    }
  }
  return { name, folder, from, files, workspaces, artifacts }
}

/** @throws Problem when a parent is unknown or images are made from each other in a circle. */
export function parentsFirst(images: readonly ImageDefinition[]): ImageDefinition[] {
  const byName = new Map(images.map((image) => [image.name, image]))
  const ordered = new Set<ImageDefinition>()
  const visit = (image: ImageDefinition, children: readonly string[]) => {
    if (ordered.has(image)) return
    if (children.includes(image.name)) {
      throw new Problem({
        what: `images/${image.name}: images are made from each other in a circle`,
        given: [...children, image.name].join(' from '),
        allowed: `parents that end at base, which is made from ${rootImage}`,
        do: 'change "from" in one of their image.json',
      })
    }
    if (image.from !== rootImage) {
      const parent = byName.get(image.from)
      if (parent === undefined) {
        throw new Problem({
          what: `images/${image.name}/image.json: from names an image that isn't there`,
          given: image.from,
          allowed: [...byName.keys(), rootImage].join(', '),
          do: 'correct "from", or add the folder with its Dockerfile',
        })
      }
      visit(parent, [...children, image.name])
    }
    ordered.add(image)
  }
  for (const image of images) visit(image, [])
  return [...ordered]
}
