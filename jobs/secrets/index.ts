export { secrets } from './secret'
export { Secrets, type SecretsProps } from './secrets'
