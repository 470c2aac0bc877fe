import { App, TerraformStack } from 'cdktf'
import { smallJob } from './small-job'

/** Small service jobs, from constructs to HCL text, checked by every rule. */
export function prepare(outdir: string, argument: string): () => string {
  const count = Number(argument)
  return () => {
    const stack = new TerraformStack(new App({ outdir }), 'bench')
    const jobs = Array.from({ length: count }, (_, n) => smallJob(stack, n))
    let [bytes, findings] = [0, 0]
    for (const job of jobs) {
      findings += job.findings().length
      bytes += job.render().hcl.length
    }
    return `${bytes} bytes, ${findings} findings`
  }
}
