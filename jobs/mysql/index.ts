export { Mysql, type MysqlProps } from './mysql'
