/** One key of a driver's `config`. */
export interface DriverField {
  /**
   * How it is written: `attribute` (`a = 1`), `block` once, `blocks` repeated, `attributes` a block of any keys whose values
   * are of `type`. HCL writes a `list(map(...))` attribute as a block too.
   */
  readonly form: 'attribute' | 'block' | 'blocks' | 'attributes'
  /** `string`, `number`, `bool`, `any`, `list(...)` or `map(...)`. Left out for blocks, which have `fields`. */
  readonly type?: string
  /** @default false */
  readonly required?: boolean
  /** What the driver takes where the key is left out, as an HCL literal. @default - nothing */
  readonly default?: string
  /** Of a block. */
  readonly fields?: DriverSchema
}

/** What a driver's `config` may hold, by key. */
export type DriverSchema = Readonly<Record<string, DriverField>>
