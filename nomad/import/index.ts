export { type ImportedJob, importJob, type ImportOptions } from './import'
export type { Property } from './variables'
export {
  EngineMissing,
  JobFileError,
  type JobParser,
  type LoadedEngine,
  loadEngine,
  type ParserAnswer,
  type ParserDiagnostic,
  type ParserOptions,
  type ParserPosition,
  type ParserVariable,
} from './parser'
