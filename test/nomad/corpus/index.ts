import { jobCases } from './jobs'
import { otherCases } from './rest'
import { serviceCases } from './services'
import { taskCases } from './tasks'

export { type BadJob, jobSpec } from './case'

/** Bad jobs, each with a good neighbour. */
export const corpus = [...jobCases, ...taskCases, ...serviceCases, ...otherCases]
