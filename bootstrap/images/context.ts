import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { execa } from 'execa'
import { dirname, join } from 'node:path'
import { ensureArtifact } from './artifact/index.js'
import type { ImageDefinition } from './definition.js'
import { assembleWorkspace } from './workspace.js'

/** Assembles the build context of an image in a temporary folder, hands it to `work`, and removes it. */
export async function withContext<T>(
  root: string,
  image: ImageDefinition,
  cache: string,
  onProgress: (note: string) => void,
  work: (context: string) => Promise<T>,
): Promise<T> {
  const contexts = join(cache, 'images', 'contexts')
  await mkdir(contexts, { recursive: true })
  const context = await mkdtemp(join(contexts, `${image.name}-`))
  try {
    await cp(image.folder, context, { recursive: true })
    for (const [target, source] of Object.entries(image.files)) {
      await mkdir(dirname(join(context, target)), { recursive: true })
      await cp(join(root, source), join(context, target), { recursive: true })
    }
    for (const workspace of image.workspaces) {
      onProgress(`building ${workspace}`)
      await assembleWorkspace(root, workspace, cache, join(context, 'npm', workspace))
    }
    for (const name of image.artifacts) {
      const artifact = await ensureArtifact(name, cache, onProgress)
      await mkdir(join(context, 'artifacts'), { recursive: true })
      // Links instead of copies: Spark is 300 MB, and the context lives in the same file system as the cache.
      await execa('cp', ['-al', artifact, join(context, 'artifacts', name)])
    }
    return await work(context)
  } finally {
    await rm(context, { recursive: true, force: true })
  }
}
