import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { App, TerraformStack } from 'cdktf'
import { SecretGenerator, SecretValue } from 'nomad-constructs'
import { Postgres } from './postgres'

const app = new App()
const stack = new TerraformStack(app, 'database')
new NomadProvider(stack, 'nomad', { address: process.env.NOMAD_ADDR ?? 'http://127.0.0.1:4646' })

const generator = new SecretGenerator(stack, 'database-secrets')
const secret = generator.add('site/postgres', { password: SecretValue.random() })
new Postgres(stack, 'postgres', { secret })

app.synth()
