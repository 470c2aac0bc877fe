import { escapes, normal } from './paths'
import { duplicates, error, known, type Rule, warning } from './rule'
import { eachTask } from './visit'

const hashes: Readonly<Record<string, number>> = { md5: 32, sha1: 40, sha256: 64, sha512: 128 }

export const artifactRules: readonly Rule[] = [
  error(
    'artifact-source',
    eachTask(({ task, path }, report) => {
      for (const artifact of task.artifact ?? []) {
        if (artifact.source !== undefined && artifact.source !== '') continue
        report({ path, problem: 'an artifact comes from nowhere', given: 'no source', do: 'give it a source' })
      }
    }),
  ),
  error(
    'artifact-checksum',
    eachTask(({ task, path }, report) => {
      for (const { source, options } of task.artifact ?? []) {
        const checksum = options?.checksum
        if (!known(checksum) || checksum.includes('${')) continue
        const [type = '', value = '', ...more] = checksum.trim().split(':')
        if (hashes[type] === value.length && /^[0-9a-fA-F]+$/.test(value) && more.length === 0) continue
        report({
          path,
          problem: `the checksum of '${source ?? ''}' is none`,
          given: `'${checksum}'`,
          allowed: `'sha256:<64 hexadecimal digits>', or md5, sha1, sha512`,
          do: 'correct it',
        })
      }
    }),
  ),
  warning(
    'artifact-unverified',
    eachTask(({ task, path }, report) => {
      for (const { source, options } of task.artifact ?? []) {
        if (!known(source) || !/^https?:/.test(source) || options?.checksum || source.includes('checksum=')) continue
        report({
          path,
          problem: 'whatever is found at this address runs: the artifact has no checksum',
          given: `'${source}'`,
          allowed: `options: { checksum: 'sha256:...' }`,
          do: 'add the checksum, or silence this where the server is trusted',
        })
      }
    }),
  ),
  error(
    'artifact-collision',
    eachTask(({ task, path }, report) => {
      const files = (task.artifact ?? []).filter((a) => a.mode === 'file' && known(a.destination))
      for (const artifact of duplicates(files, (a) => normal(a.destination))) {
        report({
          path,
          problem: 'two artifacts are written to the same file',
          given: `'${artifact.destination ?? ''}'`,
          do: 'give one of them another destination',
        })
      }
    }),
  ),
  error(
    'artifact-escapes',
    eachTask(({ task, path }, report) => {
      for (const { destination } of task.artifact ?? []) {
        if (!known(destination) || destination.startsWith('${') || !escapes(destination, 1)) continue
        report({
          path,
          problem: `the artifact's destination leaves the allocation's directory`,
          given: `'${destination}'`,
          allowed: 'a path below local/, secrets/ or ../alloc/',
          do: 'take a path without ..',
        })
      }
    }),
  ),
]
