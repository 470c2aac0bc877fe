import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { App } from 'cdktf'
import { ShopStack } from './shop'

const app = new App()
const stack = new ShopStack(app, 'shop', { version: '1.4.2', instances: 3 })
new NomadProvider(stack, 'nomad', { address: process.env.NOMAD_ADDR ?? 'http://127.0.0.1:4646' })

app.synth()
