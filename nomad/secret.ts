import { ConsulTemplate, consulTemplate, goString } from './consul-template'
import { NomadConstructsError } from './errors'
import { type Grantee, grantVariables } from './grant'
import { Task } from './task'
import { Change, Template, type TemplateProps } from './template'

/** Where a Nomad variable is. */
export interface SecretOptions {
  /** @default - that of the job that reads it */
  readonly namespace?: string
}

/** How a task gets the values of a secret that it may read. */
export interface SecretDelivery {
  /** Environment variables of the task, and the item that each holds: `{ DB_PASSWORD: 'password' }`. @default - none */
  readonly env?: Readonly<Record<string, string>>
  /** A file below the task's directory with all items as one JSON object, e.g. `secrets/db.json`. @default - none */
  readonly json?: string
  /** What happens when a value changes. @default Change.restart() */
  readonly onChange?: Change
  /** File mode in octal, of `json`. @default '0600' with an owner, '0644' (inside the task's own secrets directory) without */
  readonly perms?: string
  /** Who owns the file of `json`. @default - the client's user */
  readonly uid?: number
  /** Group of the file of `json`. @default - the client's group */
  readonly gid?: number
  /** Makes an ACL policy. `false` where the cluster has no ACLs. @default true */
  readonly policy?: boolean
}

/**
 * A Nomad variable that holds secrets. Neither Terraform's configuration and state nor a job's text ever has the values: a task's
 * template reads them on the node, with the workload's own identity, and waits until they are there.
 * @example Secret.at('site/db', ['username', 'password']).grantRead(task, { env: { DB_PASSWORD: 'password' } })
 */
export class Secret {
  private constructor(
    /** The variable's path, e.g. `site/db`. */
    readonly path: string,
    /** The names of its items. */
    readonly items: readonly string[],
    private readonly options: SecretOptions,
  ) {}

  /**
   * A variable that is there already, or that somebody else makes: an operator with `nomad var put`, or a {@link SecretGenerator}.
   * @param items the names of the items that are used
   * @throws NomadConstructsError when Nomad takes no such path
   */
  static at(path: string, items: readonly string[], options: SecretOptions = {}): Secret {
    if (!/^[A-Za-z0-9_~/-]{1,128}$/.test(path)) {
      throw new NomadConstructsError({
        rule: 'secret-path',
        level: 'error',
        path,
        problem: 'Nomad takes no variable of this path',
        given: `'${path}'`,
        allowed: '1 to 128 letters, digits and - _ ~ /',
        do: 'choose another path',
      })
    }
    return new Secret(path, [...items], options)
  }

  /** One item as text, for a template. @throws NomadConstructsError when the variable has no such item */
  item(name: string): ConsulTemplate {
    return this.read(`index . ${goString(this.known(name))}`)
  }

  /** One item as a JSON string, quotes included. @throws NomadConstructsError when the variable has no such item */
  jsonItem(name: string): ConsulTemplate {
    return this.read(`(index . ${goString(this.known(name))}).Value | toJSON`)
  }

  /**
   * Lets a job, a group or a task read the variable: an ACL policy for its workload identity. With a task, the values can be
   * brought into its environment or a file at once, byte for byte.
   * @throws NomadConstructsError when values are to go to something else than a task, or for an item that isn't there
   */
  grantRead(to: Grantee, delivery: SecretDelivery = {}): this {
    if (delivery.policy ?? true) {
      grantVariables(to, { path: this.path, capabilities: ['read'], namespace: this.options.namespace })
    }
    if (delivery.env === undefined && delivery.json === undefined) return this
    if (!(to instanceof Task)) throw this.notATask(to)
    if (delivery.env) to.addTemplate(this.environment(delivery.env, delivery.onChange))
    if (delivery.json !== undefined) to.addTemplate(this.jsonFile(delivery.json, delivery))
    return this
  }

  private environment(env: Readonly<Record<string, string>>, onChange?: Change): Template {
    const lines = Object.entries(env).map(([name, item]) => consulTemplate`${name}=${this.jsonItem(item)}\n`)
    return Template.of(ConsulTemplate.concat(...lines), {
      destination: `secrets/${this.path.replaceAll('/', '-')}.env`,
      env: true,
      onChange,
    })
  }

  private jsonFile(destination: string, delivery: SecretDelivery): Template {
    const pairs = this.items.map((item, i) => {
      const comma = i < this.items.length - 1 ? ',' : ''
      return consulTemplate`  ${JSON.stringify(item)}: ${this.jsonItem(item)}${comma}\n`
    })
    const { uid, gid, onChange } = delivery
    const perms = delivery.perms ?? (uid === undefined ? undefined : '0600')
    const props: TemplateProps = { destination, uid, gid, perms, onChange }
    return Template.of(ConsulTemplate.concat('{\n', ...pairs, '}\n'), props)
  }

  private read(action: string): ConsulTemplate {
    const { namespace } = this.options
    return ConsulTemplate.concat(
      ConsulTemplate.action(
        `with nomadVar ${goString(namespace === undefined ? this.path : `${this.path}@${namespace}`)}`,
      ),
      ConsulTemplate.action(action),
      ConsulTemplate.action('end'),
    )
  }

  private known(name: string): string {
    if (this.items.includes(name)) return name
    throw new NomadConstructsError({
      rule: 'secret-item',
      level: 'error',
      path: this.path,
      problem: `the variable '${this.path}' has no item '${name}'`,
      given: `'${name}'`,
      allowed: this.items.map((item) => `'${item}'`).join(', '),
      do: 'use one of them, or add it where the secret is declared',
    })
  }

  private notATask(to: Grantee): NomadConstructsError {
    return new NomadConstructsError({
      rule: 'secret-delivery',
      level: 'error',
      path: to.node.path,
      problem: 'only a task has an environment and files',
      given: `grantRead(${to.constructor.name.toLowerCase()}, { env or json })`,
      do: 'grant it to the task, or leave env and json out',
    })
  }
}
