export { Cassandra, type CassandraProps } from './cassandra'
export { CassandraSchema, type CassandraSchemaProps } from './schema'
