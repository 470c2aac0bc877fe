import { Testing, TerraformStack } from 'cdktf'
import { expect, use } from 'chai'
import { Secret } from 'nomad-constructs'
import { nomadJobs } from 'nomad-constructs/testing'
import { Backup } from './backup'

use(nomadJobs)

describe('a nightly batch', () => {
  const backup = (cron?: string) => {
    const stack = new TerraformStack(Testing.app(), 'backup')
    new Backup(stack, 'backup', { secret: Secret.at('site/postgres', ['password']), cron })
    return stack
  }

  it('runs at night, one at a time', () => {
    expect(backup()).to.haveJob('backup', {
      type: 'batch',
      periodic: { crons: ['15 3 * * *'], prohibit_overlap: true },
    })
    expect(backup()).to.be.validNomadJobs()
  })

  it('gets the password by template, not by its text', () => {
    expect(backup())
      .to.haveJob('backup')
      .withGroup('backup')
      .withTask('dump')
      .withTemplate('secrets/site-postgres.env', { env: true, data: /^PGPASSWORD=\{\{with nomadVar "site\/postgres"/ })
  })

  it('says so when the times make no sense', () => {
    expect(backup('15 25 * * *')).to.haveFinding('cron')
  })
})
