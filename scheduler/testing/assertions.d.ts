import type { Cluster } from 'nomad-engine'
import type { FitOnOptions } from './chai'

declare global {
  namespace Chai {
    interface Assertion {
      /**
       * All jobs at or below the construct have a place on the cluster, by Nomad's own scheduler: `minnowboards(5)`,
       * `nodes(3, { ... })`, `await clusterFromNomad()`. To be awaited.
       */
      fitOn(cluster: Cluster, options?: FitOnOptions): Promise<void>
    }
  }
}
