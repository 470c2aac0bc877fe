// From report.nomad.hcl, by nomad-constructs import.
import type { Construct } from 'constructs'
import { Cpu, Docker, Job, Memory } from 'nomad-constructs'

/** What the job's variables were. */
export interface ReportProps {
  /** @default 'registry.example.com/report:3' */
  readonly image?: string
}

// Sums up the day.
export class Report extends Job {
  constructor(scope: Construct, id = 'report', props: ReportProps = {}) {
    const { image = 'registry.example.com/report:3' } = props
    super(scope, id, { jobId: 'report', type: 'batch' })

    const report = this.addGroup('report')

    report.addTask('report', {
      driver: Docker.image(image),
      // measured: 90 MB at most
      resources: { cpu: Cpu.mhz(200), memory: Memory.mebibytes(128) },
    })
  }
}
