/** A piece of a template: text that goes through byte for byte, or an action in consul-template's language. */
type Piece = { readonly text: string } | { readonly action: string }

/** Text mixed with what only Consul and Nomad know. Made by {@link consulTemplate}; pieces can hold further ones. */
export class ConsulTemplate {
  private constructor(private readonly pieces: readonly Piece[]) {}

  /** Text, byte for byte. */
  static literal(text: string): ConsulTemplate {
    return new ConsulTemplate([{ text }])
  }

  /** An action without its delimiters, e.g. `key "shoal/mysql/primary"`. */
  static action(action: string): ConsulTemplate {
    return new ConsulTemplate([{ action }])
  }

  /** One after the other; strings are text. */
  static concat(...parts: readonly (ConsulTemplate | string)[]): ConsulTemplate {
    return new ConsulTemplate(parts.flatMap((p) => (typeof p === 'string' ? [{ text: p }] : p.pieces)))
  }

  /** In consul-template's language, with the delimiters that the template block sets. */
  render(left = '{{', right = '}}'): string {
    let merged = ''
    let out = ''
    // texts that meet are one text, so that `{` + `{` is not an action by accident
    const flush = () => {
      out += escapeText(merged, left, right)
      merged = ''
    }
    for (const piece of this.pieces) {
      if ('text' in piece) {
        merged += piece.text
      } else {
        flush()
        // a `{` just before an action would read as part of its delimiter
        if (out.endsWith(left.slice(0, 1))) out = `${out.slice(0, -1)}${left}\`${left.slice(0, 1)}\`${right}`
        out += `${left}${piece.action}${right}`
      }
    }
    flush()
    return out
  }

  /** As it stands in a template. */
  toString(): string {
    return this.render()
  }
}

function escapeText(text: string, left: string, right: string): string {
  return text.split(left).join(`${left}\`${left}\`${right}`)
}

/**
 * Text with actions and values in it. The literal parts and plain strings go through byte for byte; only other
 * templates are read as consul-template's language.
 * @example consulTemplate`port = ${key('app/port')}`
 */
export function consulTemplate(
  literals: TemplateStringsArray,
  ...values: readonly (ConsulTemplate | string | number)[]
) {
  const parts = literals.flatMap((literal, i): (ConsulTemplate | string)[] => {
    const value = values[i]
    return value === undefined ? [literal] : [literal, typeof value === 'number' ? String(value) : value]
  })
  return ConsulTemplate.concat(...parts)
}

/** A Go string literal. */
export function goString(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const field = (expression: string) => ConsulTemplate.action(expression)

/** A healthy instance of a service, inside `each`. */
export interface ServiceInstance {
  /** Its id in Consul. */
  readonly id: ConsulTemplate
  /** The service's name. */
  readonly name: ConsulTemplate
  /** Where it is reached. */
  readonly address: ConsulTemplate
  /** The port on which it is reached. */
  readonly port: ConsulTemplate
  /** Name of its node in Consul. */
  readonly node: ConsulTemplate
  /** Address of its node. */
  readonly nodeAddress: ConsulTemplate
  /** Metadata of the instance. */
  meta(key: string): ConsulTemplate
}

const instance: ServiceInstance = {
  id: field('.ID'),
  name: field('.Name'),
  address: field('.Address'),
  port: field('.Port'),
  node: field('.Node'),
  nodeAddress: field('.NodeAddress'),
  meta: (name) => field(`index .ServiceMeta ${goString(name)}`),
}

function each(list: string, body: ConsulTemplate, otherwise?: ConsulTemplate | string): ConsulTemplate {
  const rest = otherwise === undefined ? [] : [field('else'), otherwise]
  return ConsulTemplate.concat(field(`range ${list}`), body, ...rest, field('end'))
}

/** The instances of a service. */
export interface Instances {
  /**
   * What a template says for each of them.
   * @param otherwise what it says where there is none @default - nothing
   */
  each(body: (instance: ServiceInstance) => ConsulTemplate, otherwise?: ConsulTemplate | string): ConsulTemplate
}

/** The instances of a service in Consul: healthy ones, unless `filter` says otherwise (`passing,warning`, `any`). */
export function services(name: string, options: { readonly filter?: string; readonly tag?: string } = {}): Instances {
  const query = options.tag === undefined ? name : `${options.tag}.${name}`
  const call = `service ${goString(query)}${options.filter === undefined ? '' : ` ${goString(options.filter)}`}`
  return { each: (body, otherwise) => each(call, body(instance), otherwise) }
}

/** The instances of a service of Nomad's own provider. */
export function nomadServices(name: string): Instances {
  return { each: (body, otherwise) => each(`nomadService ${goString(name)}`, body(instance), otherwise) }
}

/** A value of Consul's key-value store. Waits until it is there, unless a default is given. */
export function key(path: string, fallback?: string): ConsulTemplate {
  return field(
    fallback === undefined ? `key ${goString(path)}` : `keyOrDefault ${goString(path)} ${goString(fallback)}`,
  )
}

/** An item of a Nomad variable. Waits until the variable is there. */
export function nomadVar(path: string, item: string): ConsulTemplate {
  return ConsulTemplate.concat(
    field(`with nomadVar ${goString(path)}`),
    field(`index . ${goString(item)}`),
    field('end'),
  )
}

/** A variable of the task's environment. */
export function env(name: string): ConsulTemplate {
  return field(`env ${goString(name)}`)
}
