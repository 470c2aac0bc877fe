// The only file that knows cdktf: tokens, the nomad_job resource, and what happens at synth.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Annotations, Fn, type TerraformProvider, TerraformResource, TerraformStack, Token, Tokenization } from 'cdktf'
import { addCustomSynthesis } from 'cdktf/lib/synthesize/synthesizer'
import { resolve } from 'cdktf/lib/_tokens'
import { Construct, type IConstruct } from 'constructs'
import { NomadConstructsError } from './errors'
import { Expression, isObject, Text, type Value, type Variable } from './hcl/expression'
import { bareTemplate, bareTemplatePiece } from './hcl/strings'

/** A job's text, with the Terraform expressions that its HCL2 variables get. */
export interface RenderedJob {
  readonly hcl: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** What the binding of the provider says of itself: cdktf looks for the stack's provider by it. */
export const terraformGeneratorMetadata = {
  providerName: 'nomad',
  providerVersion: '2.5.2',
  providerVersionConstraint: '2.5.2',
}

/** A provider of Terraform: `new NomadProvider(stack, 'eu', { alias: 'eu', address: ... })`. */
export type Provider = TerraformProvider

export interface JobResourceProps {
  readonly provider?: Provider
  readonly render: () => RenderedJob
  readonly fileName: () => string
  readonly warnings: () => readonly string[]
  readonly settings: () => {
    readonly detach: boolean
    readonly purgeOnDestroy: boolean
    readonly rerunIfDead?: boolean
    readonly timeout: string
  }
}

/** A resource that only Terraform's JSON has: without this, cdktf's HCL output would hold it without its arguments. */
export abstract class JsonResource extends TerraformResource {
  protected override synthesizeHclAttributes(): never {
    throw new NomadConstructsError({
      rule: 'hcl-output',
      level: 'error',
      path: this.node.path,
      problem: `cdktf's HCL output can't hold this resource`,
      given: 'cdktf synth --hcl',
      allowed: `Terraform's JSON, which is the same to it; jobs are written as HCL beside it anyway`,
      do: 'leave --hcl out',
    })
  }
}

/**
 * The `nomad_job` of a {@link Job}: written when the tree is complete. Not the binding's own class: that makes an object
 * with a stack trace for each computed attribute, which takes longer than all the rest of a job.
 */
export class JobResource extends JsonResource {
  private readonly awaited = new Set<TerraformResource>()

  constructor(
    scope: Construct,
    id: string,
    private readonly jobProps: JobResourceProps,
  ) {
    super(scope, id, {
      terraformResourceType: 'nomad_job',
      terraformGeneratorMetadata,
      provider: jobProps.provider,
    })
    addCustomSynthesis(this, {
      onSynthesize: (session) => {
        for (const warning of jobProps.warnings()) Annotations.of(scope).addWarning(warning)
        const stack = session.manifest.forStack(TerraformStack.of(this))
        const folder = join(session.outdir, stack.workingDirectory)
        writeFileSync(join(folder, jobProps.fileName()), jobProps.render().hcl)
      },
    })
  }

  /** Terraform registers the job after these. */
  waitFor(resources: readonly TerraformResource[]): void {
    for (const resource of resources) this.awaited.add(resource)
  }

  /** With addresses as texts: cdktf's own are tokens, each with a stack trace when it is made and when it is resolved. */
  override get terraformMetaArguments(): { [name: string]: unknown } {
    const addresses = [...this.awaited].map((r) => `${r.terraformResourceType}.${r.friendlyUniqueId}`)
    return { ...super.terraformMetaArguments, dependsOn: addresses.length > 0 ? addresses : undefined }
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    const { hcl, variables } = this.jobProps.render()
    const { detach, purgeOnDestroy, rerunIfDead, timeout } = this.jobProps.settings()
    return {
      jobspec: escapeForTerraform(hcl),
      detach,
      purge_on_destroy: purgeOnDestroy,
      rerun_if_dead: rerunIfDead,
      timeouts: { create: timeout, update: timeout },
      hcl2: Object.keys(variables).length > 0 ? { vars: variables } : undefined,
    }
  }
}

/** `${` and `%{` as text for Terraform's own templates. */
export function escapeForTerraform(text: string): string {
  return text.replace(/([$%])\{/g, '$1$1{')
}

/**
 * Orders Terraform: the jobs of `scope` after the resources of `other`, within one stack or between stacks.
 * @param waits after what waits for the other's jobs, too
 */
export function addDependency(scope: IConstruct, other: IConstruct, waits = true): void {
  const [mine, theirs] = [TerraformStack.of(scope), TerraformStack.of(other)]
  if (mine !== theirs) return mine.addDependency(theirs)
  const resources = other.node.findAll().filter((c): c is TerraformResource => c instanceof TerraformResource)
  const awaited = resources.filter((r) => waits || r.terraformResourceType !== 'terraform_data')
  for (const own of scope.node.findAll()) if (own instanceof JobResource) own.waitFor(awaited)
}

/** Whether a value, or a part of a text, is known to Terraform only. */
export function isUnresolved(value: unknown): boolean {
  // the quick answers first: cdktf's own test builds a regular expression's state for each text
  switch (typeof value) {
    case 'string':
      return value.length > 6 && (value.includes('TfToken[') || value.includes('e+2')) && textToken.test(value)
    case 'number':
      return value < highestNumberToken && Token.isUnresolved(value)
    case 'object':
      if (value === null || (Array.isArray(value) && !mayBeListToken(value))) return false
      return Token.isUnresolved(value)
    default:
      return typeof value === 'function'
  }
}

/** The token of a list is its only item. */
function mayBeListToken(list: readonly unknown[]): boolean {
  const [item] = list
  if (list.length !== 1) return false
  return typeof item === 'string' ? item.includes('TfToken[') : typeof item === 'number' && item < highestNumberToken
}

/** cdktf keeps the number of a token in a double that is far below every number that anybody means. */
const highestNumberToken = -1e280

/** A token, or the text of a number that is one. */
const textToken = /\$\{TfToken\[[a-zA-Z0-9:._-]+\]\}|-\d(?:\.\d+)?e\+2\d\d/
const textTokens = new RegExp(textToken, 'g')

/** Whether there may be a token anywhere in a value: most jobs have none, and are taken as they are. */
function mayHoldToken(value: Value): boolean {
  if (typeof value !== 'object' || value === null) return isUnresolved(value)
  if (Array.isArray(value)) return value.some(mayHoldToken)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return !(value instanceof Expression)
  for (const key in value) {
    if (key.startsWith('&{TfToken[') || mayHoldToken((value as Readonly<Record<string, Value>>)[key])) return true
  }
  return false
}

/** Collects what only Terraform knows into HCL2 variables. */
export class TokenVariables {
  readonly variables: Variable[] = []
  readonly values: Record<string, unknown> = {}
  private readonly names = new Map<string, string>()

  constructor(private readonly scope: Construct) {}

  /** The value with each token in it replaced by an expression. */
  replace(value: Value, place = ''): Value {
    return mayHoldToken(value) ? this.replaceIn(value, place) : value
  }

  private replaceIn(value: Value, place: string): Value {
    if (typeof value === 'string') return this.replaceText(value, place)
    if (value === null || typeof value !== 'object' || value instanceof Expression) {
      return isUnresolved(value) ? this.variable(value, 'number', place) : value
    }
    if (value instanceof Text) {
      return new Text(
        value.parts.flatMap((p) => {
          const replaced = typeof p === 'string' ? this.replaceText(p, place) : p
          return replaced instanceof Text ? replaced.parts : [replaced]
        }),
      )
    }
    if (Token.isUnresolved(value)) {
      if (Array.isArray(value)) return this.variable(value, 'list(string)', place)
      return this.variable(value, Tokenization.isResolvable(value) ? 'any' : 'map(string)', place)
    }
    if (Array.isArray(value)) return (value as readonly Value[]).map((item) => this.replaceIn(item, place))
    if (!isObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, this.replaceIn(v, `${place}_${k}`)]))
  }

  private replaceText(text: string, place: string): string | Text | Expression {
    const parts: (string | Expression)[] = []
    let end = 0
    for (const match of text.matchAll(textTokens)) {
      const isNumber = !match[0].startsWith('$')
      if (isNumber && Tokenization.reverseNumber(Number(match[0])) === undefined) continue
      if (match.index > end) parts.push(text.slice(end, match.index))
      parts.push(isNumber ? this.variable(Number(match[0]), 'number', place) : this.variable(match[0], 'string', place))
      end = match.index + match[0].length
    }
    if (parts.length === 0) return text
    if (end < text.length) parts.push(text.slice(end))
    const [only] = parts
    return parts.length === 1 && only instanceof Expression ? only : new Text(parts)
  }

  private variable(value: unknown, type: Variable['type'], place: string): Expression {
    const resolved = JSON.stringify(resolve(this.scope, value)) + type
    let name = this.names.get(resolved)
    if (name === undefined) {
      name = this.freeName(place)
      this.names.set(resolved, name)
      this.variables.push({ name, type, ...standInOf(value) })
      this.values[name] = type === 'string' || type === 'number' ? value : hclExpression(value)
    }
    return new Expression(`var.${name}`)
  }

  private freeName(place: string): string {
    const base =
      place
        .replace(/[^A-Za-z0-9]+/g, '_')
        .replace(/^_+|_+$/g, '')
        .toLowerCase() || 'value'
    let name = base
    for (let n = 2; name in this.values; n++) name = `${base}_${n}`
    return name
  }
}

/** What a token says of the number that it will be, where it is one of ours. */
function standInOf(value: unknown): Pick<Variable, 'standIn'> {
  const token: unknown = typeof value === 'number' ? Tokenization.reverseNumber(value) : undefined
  const ours = typeof token === 'object' && token !== null && 'standIn' in token
  return ours && typeof token.standIn === 'number' ? { standIn: token.standIn } : {}
}

/** Nomad reads a variable that is not a string as an HCL expression: JSON is one, once its templates are escaped. */
function hclExpression(value: unknown): string {
  return Fn.replace(Fn.replace(Fn.jsonencode(value), '/\\$\\{/', '$$$$$${'), '/%\\{/', '%%%%{')
}

/**
 * A resource's arguments with their texts as Terraform reads them in JSON, so that each arrives byte for byte: Nomad's
 * own `${attr.x}` is for Nomad. Tokens stay what they are.
 */
export function terraformTexts(value: unknown): unknown {
  if (typeof value === 'string') return terraformText(value)
  if (Array.isArray(value)) return value.map(terraformTexts)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [terraformText(key), terraformTexts(inner)]))
}

function terraformText(text: string): string {
  const tokens = [...text.matchAll(textTokens)]
  if (tokens.length === 0) return bareTemplate(text)
  let written = ''
  let end = 0
  for (const { 0: token, index } of tokens) {
    written += bareTemplatePiece(text.slice(end, index)) + token
    end = index + token.length
  }
  return written + bareTemplatePiece(text.slice(end))
}

export function isConstruct(value: unknown): value is IConstruct {
  return Construct.isConstruct(value)
}
