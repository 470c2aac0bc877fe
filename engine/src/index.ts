export { Engine, type CallOptions, type EngineOptions, type JobDiff } from './engine.js'
export { EngineError, type EngineErrorCode } from './errors.js'
export type * from './plan.js'
export type * from './types.js'
