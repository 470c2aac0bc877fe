/** Why a call gave no answer. */
export type EngineErrorCode =
  /** The call took longer than its deadline. */
  | 'deadline'
  /** The call wanted more memory than the limit. */
  | 'memory'
  /** The program inside ended: a fault of Nomad's code or ours, or input nested too deeply. */
  | 'crash'
  /** A fault that was caught inside. */
  | 'internal'
  /** What was handed in is not what the call takes. */
  | 'request'
  /** What was handed in can't be worked on: a job that Nomad refuses to convert, a node without resources. */
  | 'input'
  /** The engine was closed. */
  | 'closed'
  /** The WebAssembly module was not built or not installed. */
  | 'artifact'

/** A call that gave no answer. What is wrong with a *job* is never an EngineError, but the answer itself. */
export class EngineError extends Error {
  override readonly name = 'EngineError'

  constructor(
    readonly code: EngineErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
