import { Secret } from '../../nomad'

/** The platform's secrets, by their variables. The job `secrets` fills them at first start. */
export const secrets = {
  mysql: Secret.at('shoal/mysql', [
    'root_password',
    'replication_password',
    'agent_password',
    'app_password',
    'backup_password',
  ]),
  web: Secret.at('shoal/web', ['mysql_user', 'mysql_password', 'cookie_key']),
  cassandra: Secret.at('shoal/cassandra', ['admin_password']),
  posts: Secret.at('shoal/posts', ['username', 'password']),
} as const
