import { Problem } from '../problem.js'

const manifest = 'application/vnd.docker.distribution.manifest.v2+json'

/**
 * Whether the registry has an image.
 * @param registry `host:port`
 * @throws Problem when the registry doesn't answer
 */
export async function hasImage(registry: string, name: string, version: string): Promise<boolean> {
  const url = `http://${registry}/v2/${name}/manifests/${version}`
  try {
    const response = await fetch(url, {
      method: 'HEAD',
      headers: { accept: manifest },
      signal: AbortSignal.timeout(5000),
    })
    return response.ok
  } catch (cause) {
    throw new Problem({
      what: `images: the fleet's registry doesn't answer`,
      given: `${url}: ${cause instanceof Error ? cause.message : String(cause)}`,
      allowed: 'a registry that runs with the fleet',
      do: 'start the fleet again: bootstrap/up (see registry.log in its state folder)',
      cause,
    })
  }
}
