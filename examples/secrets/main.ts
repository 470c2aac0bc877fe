import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { App } from 'cdktf'
import { ApplicationStack } from './stack'

const app = new App()
const stack = new ApplicationStack(app, 'app')
new NomadProvider(stack, 'nomad', { address: process.env.NOMAD_ADDR ?? 'http://127.0.0.1:4646' })

app.synth()
