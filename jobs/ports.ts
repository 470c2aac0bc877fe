/** Ports that more than one job knows. */
export const ports = {
  mysql: 3310,
  mysqlAgent: 3311,
  cassandraCql: 9042,
  cassandraStorage: 7000,
} as const
