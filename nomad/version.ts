/** A version of Nomad that jobs are checked for. */
export type NomadVersion = '1.8' | '1.9' | '1.10' | '1.11'

/** What jobs are checked for where nothing else is said. */
export const newestVersion: NomadVersion = '1.11'

/** Whether one version came out before another: `1.9` before `1.10`. */
export function isBefore(version: string, other: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number)
  return major < otherMajor || (major === otherMajor && minor < otherMinor)
}
