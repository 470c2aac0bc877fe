/**
 * How a field is written:
 * `attribute` `a = 1`, `label` of its block, `block` once, `list` of blocks, `labelled` blocks that are a map in the API,
 * `map` a block of any keys, `free` a block of any keys and any values, `scaling` a task's policy (its label is its type).
 */
export type FieldForm = 'attribute' | 'label' | 'block' | 'list' | 'labelled' | 'map' | 'free' | 'scaling'

/** One attribute or block of a {@link StructSchema}. */
export interface FieldSchema {
  /** Name in a jobspec. */
  readonly hcl: string
  /** Name in the API's JSON; empty where the API has no such field (`extra`). */
  readonly json: string
  /** How it is written. */
  readonly form: FieldForm
  /** `string`, `int`, `bool`, `duration`, `any`, `list(...)` or `map(...)`: of an attribute, or of a map's values. */
  readonly type?: string
  /** Name of the struct that a block holds. */
  readonly ref?: string
  /** Nomad's parser insists on it. */
  readonly required?: boolean
  /** The first version of Nomad that knows it, where that is after 1.8. */
  readonly since?: string
  /** The parser accepts it here and passes it on to the tasks. */
  readonly extra?: boolean
  /** Of a map: it may stand as an attribute as well, and then its keys are any text. */
  readonly anyKey?: boolean
}

/** One kind of block of the jobspec. */
export interface StructSchema {
  /** Name of Nomad's struct. */
  readonly name: string
  /** The field that is written as the block's label. */
  readonly label?: string
  /** In the order in which they are written. */
  readonly fields: readonly FieldSchema[]
}
