import Module from 'node:module'

// Loaded before anything else: whoever asks for cdktf gets cdktn, as with `npm install cdktf@npm:cdktn`.
interface Resolver {
  _resolveFilename(request: string, ...rest: unknown[]): string
}
const resolver = Module as unknown as Resolver
const resolve = resolver._resolveFilename.bind(Module)
resolver._resolveFilename = (request, ...rest) => resolve(request.replace(/^cdktf(?=\/|$)/, 'cdktn'), ...rest)
