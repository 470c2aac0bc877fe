import { expect } from 'chai'
import { PlannerError } from '../../scheduler/placement'
import { sharedEngine } from '../../scheduler/placement/scheduler'

describe('the planner without nomad-engine', () => {
  const failure = (code: string): Promise<unknown> =>
    sharedEngine(() => Promise.reject(Object.assign(new Error("Cannot find module 'x'"), { code }))).catch(
      (error: unknown) => error,
    )

  it('says how to build it', async () => {
    const error = await failure('ERR_MODULE_NOT_FOUND')
    expect(error).to.be.instanceOf(PlannerError)
    expect(String(error)).to.match(/not built\n {2}given {4}.*'x'\n {2}allowed .*\n {2}do {7}run bootstrap\/engine/)
  })

  it('hides no other fault', async () => {
    expect(await failure('ERR_OTHER')).not.to.be.instanceOf(PlannerError)
  })
})
