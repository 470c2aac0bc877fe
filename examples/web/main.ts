import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { App, TerraformStack } from 'cdktf'
import { Proxy } from './proxy'
import { Web } from './web'

const app = new App()
const stack = new TerraformStack(app, 'site')
new NomadProvider(stack, 'nomad', { address: process.env.NOMAD_ADDR ?? 'http://127.0.0.1:4646' })

const web = new Web(stack, 'web', { instances: 3 })
const proxy = new Proxy(stack, 'proxy', { service: web.service })
proxy.dependsOn(web)

app.synth()
