export { faults, targets } from './all'
export { Scene, type Fault } from './scene'
