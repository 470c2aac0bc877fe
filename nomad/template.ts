import { ConsulTemplate } from './consul-template'
import type { ChangeScriptSpec, TemplateSpec } from './spec'
import { Duration } from './units'

/** What happens to a task when one of its templates changes. */
export class Change {
  private constructor(
    /** As Nomad knows it. */
    readonly mode: 'noop' | 'restart' | 'signal' | 'script',
    /** Of mode `signal`. */
    readonly signalName?: string,
    /** Of mode `script`. */
    readonly scriptSpec?: ChangeScriptSpec,
  ) {}

  /** Nothing: the task reads the file by itself, or never again. */
  static noop(): Change {
    return new Change('noop')
  }

  /** The task is restarted. */
  static restart(): Change {
    return new Change('restart')
  }

  /**
   * Sends the task a signal.
   * @param signal e.g. `SIGHUP`
   */
  static signal(signal: string): Change {
    return new Change('signal', signal)
  }

  /** Runs a command inside the task. */
  static script(
    command: string,
    options: { readonly args?: readonly string[]; readonly timeout?: Duration; readonly failOnError?: boolean } = {},
  ): Change {
    return new Change('script', undefined, {
      command,
      args: options.args && [...options.args],
      timeout: options.timeout?.toString(),
      fail_on_error: options.failOnError ?? false,
    })
  }
}

/** Where a {@link Template} goes, and what a change of it does. */
export interface TemplateProps {
  /** File below the task's directory: `local/...`, `secrets/...`, or `${Env.allocDir}/...`. */
  readonly destination: string
  /** @default Change.restart() */
  readonly onChange?: Change
  /** The file holds `KEY=value` lines for the task's environment. @default false */
  readonly env?: boolean
  /** File mode in octal. @default '0644' */
  readonly perms?: string
  /** Owner of the file. @default - the client's user */
  readonly uid?: number
  /** Group of the file. @default - the client's group */
  readonly gid?: number
  /** Renders only once. @default false */
  readonly once?: boolean
  /** Upper bound of a random wait before the change, so that not all tasks change at once. @default - Nomad's: 5 s */
  readonly splay?: Duration
  /** How long Nomad waits for more changes before it renders. @default - the client's: 5 s to 4 min */
  readonly wait?: { readonly min: Duration; readonly max: Duration }
  /** An error when the content uses a key that a map doesn't have. @default false */
  readonly errorOnMissingKey?: boolean
  /** @default '{{' */
  readonly leftDelimiter?: string
  /** @default '}}' */
  readonly rightDelimiter?: string
}

/** A file that Nomad renders for a task and keeps up to date. */
export class Template {
  private constructor(
    /** What it was told. */
    readonly props: TemplateProps,
    private readonly content: Pick<TemplateSpec, 'data' | 'source'>,
  ) {}

  /**
   * A string is taken byte for byte: `{{` in it is text. With {@link consulTemplate} the file also holds what Consul and
   * Nomad know.
   */
  static of(content: string | ConsulTemplate, props: TemplateProps): Template {
    const template = typeof content === 'string' ? ConsulTemplate.literal(content) : content
    const left = props.leftDelimiter ?? '{{'
    return new Template(props, { data: template.render(left, props.rightDelimiter ?? '}}') })
  }

  /** Content in consul-template's own language, as it is. */
  static raw(content: string, props: TemplateProps): Template {
    return new Template(props, { data: content })
  }

  /** A file of the task's directory (an artifact's, e.g. `local/app.conf.tpl`) in consul-template's language. */
  static fromFile(source: string, props: TemplateProps): Template {
    return new Template(props, { source })
  }

  /** The `template` block, by Nomad's own names. */
  toSpec(): TemplateSpec {
    const p = this.props
    return {
      destination: p.destination,
      ...this.content,
      env: p.env,
      perms: p.perms,
      uid: p.uid,
      gid: p.gid,
      change_mode: p.onChange?.mode,
      change_signal: p.onChange?.signalName,
      change_script: p.onChange?.scriptSpec,
      once: p.once,
      splay: p.splay?.toString(),
      error_on_missing_key: p.errorOnMissingKey,
      left_delimiter: p.leftDelimiter,
      right_delimiter: p.rightDelimiter,
      wait: p.wait && { min: p.wait.min.toString(), max: p.wait.max.toString() },
    }
  }
}
