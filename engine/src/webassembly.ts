/** A compiled program. */
export type Module = object

/** A running copy of one. */
export interface Instance {
  readonly exports: Readonly<Record<string, unknown>>
}

export interface Memory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

export type Imports = Record<string, Record<string, (...args: never[]) => unknown>>

interface Api {
  readonly Module: {
    new (bytes: Uint8Array): Module
    imports(module: Module): { readonly module: string; readonly name: string; readonly kind: string }[]
  }
  readonly Instance: new (module: Module, imports?: Imports) => Instance
  compile(bytes: Uint8Array): Promise<Module>
  validate(bytes: Uint8Array): boolean
}

/**
 * The global WebAssembly, as far as the engine uses it. Its types are the DOM's, which a program for Node doesn't
 * load, and Node's own of version 20 lack them.
 */
export const webAssembly = (globalThis as unknown as { readonly WebAssembly: Api }).WebAssembly
