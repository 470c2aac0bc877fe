export { Web, type WebProps } from './web'
