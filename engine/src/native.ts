import { spawn } from 'node:child_process'
import { EngineError } from './errors.js'

/** Asks the native executable: one process for each call, request and response on its standard streams. */
export function runNative(file: string, request: Uint8Array, deadlineMs: number, method: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let errors = ''
    const child = spawn(file, [], { stdio: ['pipe', 'pipe', 'pipe'], timeout: deadlineMs, killSignal: 'SIGKILL' })
    const started = Date.now()
    child.on('error', (cause) => {
      reject(new EngineError('artifact', `The native engine can't be run: ${file}: ${cause.message}`, { cause }))
    })
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(0, 4096)))
    child.stdin.on('error', () => {})
    child.on('close', (status, signal) => {
      if (status === 0) return resolve(Buffer.concat(chunks))
      if (signal === 'SIGKILL' && Date.now() - started >= deadlineMs) {
        return reject(
          new EngineError('deadline', `${method} took longer than its deadline of ${deadlineMs} ms and was stopped.`),
        )
      }
      reject(
        new EngineError(
          'crash',
          `${method} ended with ${signal ?? `status ${status}`}: ${errors.split('\n')[0] ?? ''}`,
        ),
      )
    })
    child.stdin.end(request)
  })
}
