/** Whether a server answers at all (any status) within that many milliseconds. */
export async function answersWithin(url: string, milliseconds: number): Promise<boolean> {
  try {
    const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(milliseconds), redirect: 'manual' })
    await response.body?.cancel()
    return true
  } catch {
    return false
  }
}
