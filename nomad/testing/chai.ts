import type {} from './assertions'
import { addBlocks } from './blocks'
import { addSnapshots } from './snapshot'
import { addVerdicts } from './verdicts'

/**
 * Assertions on jobs for chai.
 * @example use(nomadJobs); expect(stack).to.haveJob('mysql').withGroup('mysql', { count: 3 })
 */
export const nomadJobs: Chai.ChaiPlugin = (chai, utils) => {
  const tools = { chai, utils }
  addBlocks(tools)
  addVerdicts(tools)
  addSnapshots(tools)
}
