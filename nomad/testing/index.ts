export { nomadJobs } from './chai'
export { type Expected } from './match'
export { jobsOf, type SynthesizedJob, synthJob } from './synth-job'
