export { rotationOf } from './of-agent.js'
export { Rotation, type RotationOptions } from './rotation.js'
