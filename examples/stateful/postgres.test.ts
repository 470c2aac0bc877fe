import { Testing, TerraformStack } from 'cdktf'
import { expect, use } from 'chai'
import { Secret } from 'nomad-constructs'
import { nomadJobs } from 'nomad-constructs/testing'
import { Postgres } from './postgres'

use(nomadJobs)

describe('a stateful service on volumes', () => {
  const database = () => {
    const stack = new TerraformStack(Testing.app(), 'database')
    new Postgres(stack, 'postgres', { secret: Secret.at('site/postgres', ['password']) })
    return stack
  }

  it('keeps its data on a volume', () => {
    expect(database())
      .to.haveJob('postgres')
      .withGroup('postgres')
      .withVolume('postgres-data', { sticky: true })
      .withTask('postgres')
      .withMount('postgres-data', { destination: '/var/lib/postgresql/data' })
  })

  it('makes the volume, and never destroys it by accident', () => {
    const { resource } = JSON.parse(Testing.synth(database())) as { resource: Record<string, Record<string, object>> }
    const [volume] = Object.values(resource['nomad_dynamic_host_volume'] ?? {})
    expect(volume).to.deep.include({ name: 'postgres-data', lifecycle: { prevent_destroy: true } })
  })

  it('has one writer at a time', () => {
    expect(database())
      .to.haveJob('postgres')
      .not.thatHas({ toSpec: () => ({ canary: 1 }) })
    expect(database()).to.be.validNomadJobs()
  })
})
