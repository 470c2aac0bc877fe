/** A raw HCL expression (`var.count`, `file("x")`): written as it is. */
export class Expression {
  constructor(readonly source: string) {}
}

/** A string with HCL expressions in it. */
export class Text {
  constructor(readonly parts: readonly (string | Expression)[]) {}
}

/** An HCL2 input variable of a job. */
export interface Variable {
  readonly name: string
  readonly type: 'string' | 'number' | 'bool' | 'list(string)' | 'map(string)' | 'any'
}

/** What the writer takes: plain data, and expressions anywhere a value goes. */
export type Value =
  | string
  | number
  | boolean
  | null
  | undefined
  | Expression
  | Text
  | readonly Value[]
  | { readonly [key: string]: Value }

/** A plain object of {@link Value}, not an array, an {@link Expression} or a {@link Text}. */
export type ValueObject = { readonly [key: string]: Value }

export function isObject(value: Value): value is ValueObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Expression) &&
    !(value instanceof Text)
  )
}
