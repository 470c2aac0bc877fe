import { join } from 'node:path'
import type { Artifact } from './artifact.js'
import { copyJars, pom } from './maven.js'

/** Cassandra as Maven has it: the jars. Its scripts and configuration are in images/cassandra. */
export const cassandra: Artifact = {
  title: 'cassandra 5.0.6 (Maven)',
  key: () => pom('cassandra'),
  async fetch(folder) {
    await copyJars('cassandra', join(folder, 'lib'))
  },
}
