/** A raw HCL expression (`var.count`, `file("x")`): written as it is. */
export class Expression {
  /** @param source HCL */
  constructor(readonly source: string) {}
}

/** A string with HCL expressions in it. */
export class Text {
  /** @param parts text, and expressions in between */
  constructor(readonly parts: readonly (string | Expression)[]) {}
}

/** An HCL2 input variable of a job. */
export interface Variable {
  /** By which the job's text refers to it. */
  readonly name: string
  /** HCL's type. */
  readonly type: 'string' | 'number' | 'bool' | 'list(string)' | 'map(string)' | 'any'
  /** A value like the one it will get, for who looks at the job without it. @default - none is known */
  readonly standIn?: number
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

/** Whether a value is a plain object: a block's body or a map. */
export function isObject(value: Value): value is ValueObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Expression) &&
    !(value instanceof Text)
  )
}
