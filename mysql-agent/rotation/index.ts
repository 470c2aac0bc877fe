export { Rotation, type RotationOptions } from './rotation.js'
