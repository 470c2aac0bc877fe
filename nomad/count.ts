import type { Construct } from 'constructs'
import { PresentCount, type PresentCountOptions } from './host/present-count'

/** How a group's count is found. */
export interface PreservedCountOptions {
  /** Allocations of a group that Nomad doesn't have yet. @default - the `min` of its scaling, or 1 */
  readonly initial?: number
}

/** A group's count that isn't a number in the program. */
export class Count {
  private constructor(
    /** Allocations of a group that Nomad doesn't have yet. */
    readonly initial: number | undefined,
  ) {}

  /**
   * What the group has in Nomad when Terraform plans, so that a deploy leaves alone what the Autoscaler or `nomad job
   * scale` made of it; kept within the bounds of the group's `scaling`. What `nomad job run -preserve-counts` does.
   * @throws RangeError where `initial` is no whole number of 0 or more
   */
  static preserved(options: PreservedCountOptions = {}): Count {
    const { initial } = options
    if (initial !== undefined && !(Number.isInteger(initial) && initial >= 0)) {
      throw new RangeError(`Expected a whole number of allocations, 0 or more, got ${initial}`)
    }
    return new Count(initial)
  }

  /** The count as a token of Terraform's; makes the data sources that it is read from. */
  bind(scope: Construct, options: Omit<PresentCountOptions, 'initial'>): number {
    return new PresentCount(scope, 'preserved-count', {
      ...options,
      initial: this.initial ?? options.min ?? 1,
    }).toNumber()
  }
}
