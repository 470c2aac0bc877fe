export { Haproxy, type HaproxyProps } from './haproxy'
export type { FrontEndPorts, MysqlBackEnds } from './config'
