import { policies, type types } from 'cassandra-driver'

type Decision = policies.retry.DecisionInfo
type Consistency = types.consistencies

/** Tries that one request gets in all. */
const attempts = 3

/**
 * Every statement of this application may be repeated (ids are made before the first try), so a request that a node lost, or that met
 * a node on its way down, is tried on another node, at the consistency that was asked for.
 */
export class RepeatOnOtherNode extends policies.retry.RetryPolicy {
  override onReadTimeout(info: policies.retry.OperationInfo, consistency: Consistency): Decision {
    return this.again(info, consistency)
  }

  override onWriteTimeout(info: policies.retry.OperationInfo, consistency: Consistency): Decision {
    return this.again(info, consistency)
  }

  override onUnavailable(info: policies.retry.OperationInfo, consistency: Consistency): Decision {
    return this.again(info, consistency)
  }

  override onRequestError(info: policies.retry.OperationInfo, consistency: Consistency): Decision {
    return this.again(info, consistency)
  }

  private again(info: policies.retry.OperationInfo, consistency: Consistency): Decision {
    return info.nbRetry < attempts - 1 ? this.retryResult(consistency, false) : this.rethrowResult()
  }
}
