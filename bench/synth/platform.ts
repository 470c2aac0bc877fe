import { App } from 'cdktf'
import { jobsOf } from '../../nomad/testing/synth-job'
import { platform } from '../../stacks/platform'
import { settings } from '../../test/stacks/settings'

/** `cdktf synth` of the platform. */
export function prepareSynth(outdir: string): () => string {
  return () => {
    const app = new App({ outdir })
    platform(app, settings)
    app.synth()
    return `${jobsOf(app).length} jobs`
  }
}

/** Its jobs alone, checked. */
export function prepareRender(outdir: string): () => string {
  return () => {
    const app = new App({ outdir })
    platform(app, settings)
    let bytes = 0
    const jobs = jobsOf(app)
    for (const job of jobs) {
      if (job.findings('error').length > 0) throw new Error(`${job.jobId} has errors`)
      bytes += job.render().hcl.length
    }
    return `${jobs.length} jobs, ${bytes} bytes`
  }
}
