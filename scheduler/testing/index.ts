export { fitNomadJobs, type FitOnOptions } from './chai'
