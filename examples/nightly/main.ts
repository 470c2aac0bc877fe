import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { App, TerraformStack } from 'cdktf'
import { Secret } from 'nomad-constructs'
import { Backup } from './backup'

const app = new App()
const stack = new TerraformStack(app, 'backup')
new NomadProvider(stack, 'nomad', { address: process.env.NOMAD_ADDR ?? 'http://127.0.0.1:4646' })

new Backup(stack, 'backup', { secret: Secret.at('site/postgres', ['password']) })

app.synth()
