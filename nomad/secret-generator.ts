import type { Construct } from 'constructs'
import { ConsulTemplate, goString } from './consul-template'
import { Docker } from './docker'
import type { Driver } from './driver'
import { NomadConstructsError } from './errors'
import { grantVariables } from './grant'
import { Identity } from './identity'
import { Job, type JobProps } from './job'
import { Secret } from './secret'
import { generatorScript } from './secret-script'
import { Reschedule, Restart } from './strategy'
import type { Task } from './task'
import { Change, Template } from './template'
import { Cpu, Duration, Memory } from './units'

/** Where the value of a secret's item comes from when there is none yet. */
export class SecretValue {
  private constructor(
    /** @internal */
    readonly line: string,
  ) {}

  /**
   * Random text of letters, digits, `-` and `_`.
   * @param bytes of randomness @default 24 (192 bits in 32 characters)
   * @throws RangeError for less than 16 or more than 1024 bytes
   */
  static random(bytes = 24): SecretValue {
    if (!Number.isInteger(bytes) || bytes < 16 || bytes > 1024) {
      throw new RangeError(`Expected 16 to 1024 bytes of randomness, got ${bytes}`)
    }
    return new SecretValue(`@random ${bytes}`)
  }

  /** A text that is no secret, kept beside one: a user's name. It is in the job's text. */
  static text(value: string): SecretValue {
    return new SecretValue(`@text ${JSON.stringify(value)}`)
  }
}

/** What a {@link SecretGenerator} may be told. */
export interface SecretGeneratorProps {
  /** What runs the script: any image with `sh`, `curl` and `base64`. @default Docker.image('curlimages/curl:8.11.1') */
  readonly driver?: Driver
  /** @default - `{ type: 'batch' }` */
  readonly job?: Omit<JobProps, 'type'>
}

/**
 * A batch job that makes secrets inside the cluster, once: each is a Nomad variable whose missing items it adds, with its own identity.
 * What is there stays; it is safe to run again. The values are never outside the cluster: not in Terraform, not in the job's text.
 */
export class SecretGenerator extends Job {
  private readonly task: Task
  private readonly paths = new Set<string>()

  constructor(scope: Construct, id: string, props: SecretGeneratorProps = {}) {
    super(scope, id, { ...props.job, type: 'batch' })
    const group = this.addGroup('generate', {
      restart: Restart.attempts(5, {
        interval: Duration.minutes(10),
        delay: Duration.seconds(3),
        renderTemplates: true,
      }),
      reschedule: Reschedule.unlimited({ delay: Duration.seconds(10), delayFunction: 'constant' }),
    })
    this.task = group.addTask('generate', {
      driver:
        props.driver ?? Docker.image('curlimages/curl:8.11.1', { entrypoint: ['sh'], args: ['/local/generate.sh'] }),
      identities: [Identity.default({ env: true })],
      resources: { cpu: Cpu.mhz(100), memory: Memory.mebibytes(32) },
      templates: [Template.of(generatorScript, { destination: 'local/generate.sh', onChange: Change.noop() })],
    })
  }

  /**
   * A variable with these items, made where it or one of them is missing.
   * @throws NomadConstructsError when the generator has a secret of this path already
   */
  add(path: string, items: Readonly<Record<string, SecretValue>>): Secret {
    const secret = Secret.at(path, Object.keys(items), { namespace: this.props.namespace })
    if (this.paths.has(path)) {
      throw new NomadConstructsError({
        rule: 'duplicate-secret',
        level: 'error',
        path: this.node.path,
        problem: `the generator makes a variable '${path}' already`,
        given: `'${path}'`,
        do: 'declare all its items at once',
      })
    }
    this.task.addTemplate(
      Template.of(wanted(path, items), {
        destination: `secrets/wanted/${this.paths.size}`,
        // what it writes itself changes what was rendered
        onChange: Change.noop(),
      }),
    )
    this.paths.add(path)
    grantVariables(this, { path, capabilities: ['read', 'write'] })
    return secret
  }
}

/**
 * What the script sends, one token of JSON a line: the items that are there, and for each that is missing a line that starts with `@`.
 * The first line holds the path, and the index that the variable has now, so that nobody else's change is lost.
 */
function wanted(path: string, items: Readonly<Record<string, SecretValue>>): ConsulTemplate {
  const go = ConsulTemplate.action
  const variable = goString(path)
  const missing = (isFirst: (i: number) => boolean, unless?: string) =>
    Object.entries(items).flatMap(([name, value], i) => {
      const pair = [`${isFirst(i) ? '' : ','}${JSON.stringify(name)}:\n`, `${value.line}\n`]
      return unless === undefined ? pair : [go(`if not (index ${unless} ${goString(name)}).Value`), ...pair, go('end')]
    })
  return ConsulTemplate.concat(
    go(`if nomadVarExists ${variable}`),
    go(`with $have := nomadVar ${variable}`),
    `${path} `,
    go('$have.Metadata.ModifyIndex'),
    '\n{\n',
    go('range $i, $item := $have.Tuples'),
    go('if $i'),
    ',',
    go('end'),
    go('$item.K | toJSON'),
    ':\n',
    go('$item.V | toJSON'),
    '\n',
    go('end'),
    ...missing(() => false, '$have'),
    go('end'),
    go('else'),
    `${path} 0\n{\n`,
    ...missing((i) => i === 0),
    go('end'),
    '}\n',
  )
}
