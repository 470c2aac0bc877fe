export { Expression, Text, type Value, type ValueObject, type Variable } from './expression'
export { UnwritableText } from './strings'
export { renderHcl } from './writer'
