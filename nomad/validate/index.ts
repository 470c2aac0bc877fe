import type { Finding } from '../errors'
import type { Job } from '../job'

export function validateJob(_job: Job): Finding[] {
  return []
}
