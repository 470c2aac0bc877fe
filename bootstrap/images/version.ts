import { join } from 'node:path'
import { artifactKey } from './artifact/index.js'
import { type ImageDefinition, rootImage } from './definition.js'
import { hashTexts, hashTree } from './hash.js'
import { workspaceKey } from './workspace.js'

/** An image with the version that its inputs give it. */
export interface VersionedImage extends ImageDefinition {
  /** 12 hex digits. */
  readonly version: string
}

/**
 * Versions of all images, from what goes into each (images/README.md) and the version of its parent; builds nothing.
 * @param images parents before children
 */
export function versionImages(root: string, images: readonly ImageDefinition[]): VersionedImage[] {
  const versions = new Map<string, string>()
  const workspaces = new Map<string, string>()
  const keyOf = (workspace: string): string => {
    const key = workspaces.get(workspace) ?? workspaceKey(root, workspace)
    workspaces.set(workspace, key)
    return key
  }
  return images.map((image) => {
    const version = hashTexts([
      image.from === rootImage ? rootImage : (versions.get(image.from) ?? ''),
      hashTree(image.folder),
      ...Object.entries(image.files)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([target, source]) => [target, hashTree(join(root, source))]),
      ...image.workspaces.flatMap((workspace) => [workspace, keyOf(workspace)]),
      ...image.artifacts.flatMap((name) => [name, artifactKey(name)]),
    ]).slice(0, 12)
    versions.set(image.name, version)
    return { ...image, version }
  })
}
