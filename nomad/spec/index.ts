export * from './generated/types'
export { structs } from './generated/schema'
export type { FieldForm, FieldSchema, StructSchema } from './schema'
export type { DurationValue, FreeValue } from './values'
