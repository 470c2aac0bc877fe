/** A duration as Nomad's jobspec writes it, e.g. `30s`, `1h30m`. */
export type DurationValue = string

/** A value of a block whose keys Nomad does not know (a driver's `config`). An array of objects is written as repeated blocks. */
export type FreeValue = string | number | boolean | null | FreeValue[] | { [key: string]: FreeValue | undefined }
