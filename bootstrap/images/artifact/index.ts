import { createHash } from 'node:crypto'
import { withNewFolder } from '../../cache/folder.js'
import { join } from 'node:path'
import { cassandra } from './cassandra.js'
import { nodeBinary } from './node.js'
import { spark } from './spark.js'
import type { Artifact } from './artifact.js'

/** The names that image.json may list under `artifacts`. */
export const artifactNames = ['node', 'cassandra', 'spark'] as const
export type ArtifactName = (typeof artifactNames)[number]

const artifacts: Readonly<Record<ArtifactName, Artifact>> = { node: nodeBinary, cassandra, spark }

/** What an artifact is, without fetching it: changes when a pin changes. */
export const artifactKey = (name: ArtifactName): string => artifacts[name].key()

/** Where an artifact is kept: another key is another folder. */
export const artifactFolder = (cache: string, name: string, key: string): string =>
  join(cache, 'images', 'artifacts', `${name}-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`)

/** Fetches an artifact into the cache, once. @returns its folder */
export function ensureArtifact(name: ArtifactName, cache: string, onProgress: (note: string) => void): Promise<string> {
  const artifact = artifacts[name]
  return withNewFolder(artifactFolder(cache, name, artifact.key()), (folder) => {
    onProgress(`fetching ${artifact.title}`)
    return artifact.fetch(folder)
  })
}
