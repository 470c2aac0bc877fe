import { join } from 'node:path'
import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { App, TerraformStack } from 'cdktf'
import { HclJob } from 'nomad-constructs'
import { Report } from './report'

const app = new App()
const address = process.env.NOMAD_ADDR ?? 'http://127.0.0.1:4646'

// first: the file as it is
const before = new TerraformStack(app, 'before')
new NomadProvider(before, 'nomad', { address })
new HclJob(before, 'report', { path: join(__dirname, 'report.nomad.hcl'), variables: { image: 'report:4' } })

// then: what `npx nomad-constructs import report.nomad.hcl -o report.ts` wrote
const after = new TerraformStack(app, 'after')
new NomadProvider(after, 'nomad', { address })
new Report(after, 'report', { image: 'report:4' })

app.synth()
