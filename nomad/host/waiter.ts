// Makes Terraform wait for a job where its provider doesn't: a terraform_data that runs a script of ours.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dependable, type TerraformResource, TerraformStack } from 'cdktf'
import { addCustomSynthesis } from 'cdktf/lib/synthesize/synthesizer'
import type { IConstruct } from 'constructs'
import { JsonResource } from '../host'
import { nomadReader, type WaitSettings, waitForJob } from './wait-for-job'

const scriptName = 'wait-for-job.cjs'

export interface JobWaiterProps {
  /** The `nomad_job` that is waited for. */
  readonly resource: TerraformResource
  readonly jobId: string
  readonly until: WaitSettings['until']
  readonly seconds: () => number
  readonly namespace?: string
  readonly region?: string
}

/** Is made when the job has come so far, and made again whenever the job is registered again. */
export class JobWaiter extends JsonResource {
  constructor(
    scope: IConstruct & TerraformResource['node']['host'],
    id: string,
    private readonly wait: JobWaiterProps,
  ) {
    super(scope, id, {
      terraformResourceType: 'terraform_data',
      dependsOn: [wait.resource],
      lifecycle: { replaceTriggeredBy: [dependable(wait.resource)] },
    })
    addCustomSynthesis(this, {
      onSynthesize: (session) => {
        const stack = session.manifest.forStack(TerraformStack.of(this))
        const folder = join(session.outdir, stack.workingDirectory)
        if (!existsSync(folder)) mkdirSync(folder, { recursive: true })
        writeFileSync(join(folder, scriptName), waitScript())
      },
    })
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    const { jobId, until, seconds, namespace, region } = this.wait
    this.provisioners = [
      {
        type: 'local-exec',
        command: `node ${scriptName}`,
        environment: {
          ...connectionOf(this.wait.resource),
          WAIT_JOB: jobId,
          WAIT_UNTIL: until,
          WAIT_SECONDS: String(seconds()),
          ...(namespace === undefined ? {} : { NOMAD_NAMESPACE: namespace }),
          ...(region === undefined ? {} : { NOMAD_REGION: region }),
        },
      },
    ]
    return {}
  }
}

/** Where the resource's provider finds Nomad, as the environment variables that the script reads. */
function connectionOf(resource: TerraformResource): Record<string, string> {
  const all = TerraformStack.of(resource).allProviders()
  const provider = resource.provider ?? all.find((p) => p.terraformResourceType === 'nomad' && p.alias === undefined)
  const given = (provider ?? {}) as Readonly<Record<string, unknown>>
  const variables = {
    NOMAD_ADDR: given.addressInput,
    NOMAD_TOKEN: given.secretIdInput,
    NOMAD_REGION: given.regionInput,
    NOMAD_CACERT: given.caFileInput,
    NOMAD_CLIENT_CERT: given.certFileInput,
    NOMAD_CLIENT_KEY: given.keyFileInput,
    NOMAD_SKIP_VERIFY: given.skipVerifyInput,
  }
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, String(value)]],
    ),
  )
}

/** The script that Terraform runs. It needs Node 20.16 on the machine that applies, and nothing else. */
export function waitScript(): string {
  return `// Waits for a Nomad job: written by nomad-constructs, run by Terraform.
// a compiler may have left calls of this helper in what follows
const __name = (target) => target
${waitForJob.toString()}
${nomadReader.toString()}
const { WAIT_JOB, WAIT_UNTIL, WAIT_SECONDS, ...environment } = process.env
waitForJob(
  { job: WAIT_JOB, until: WAIT_UNTIL, seconds: Number(WAIT_SECONDS) },
  {
    get: nomadReader(environment),
    log: (line) => console.log(line),
    now: () => Date.now(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  },
).catch((problem) => {
  console.error(problem.message)
  process.exitCode = 1
})
`
}
