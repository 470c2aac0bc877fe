import { type Api, ApiError, until } from './api.js'
import { consulApi, consulServer, nomadApi, nomadServer } from './clients.js'
import {
  AGENT_POLICIES,
  AUTH_METHOD,
  authMethod,
  BINDING_RULES,
  WORKLOAD_POLICIES,
  WORKLOAD_ROLES,
} from './consul-acl.js'
import type { Fleet } from './options.js'

interface Named {
  readonly ID: string
  readonly Name: string
}

/** Consul's policies and roles, and the tokens of the agents, as consul-acl.ts has them. Safe to repeat. */
export async function ensureConsulAcl(fleet: Fleet): Promise<void> {
  const consul = await consulLeader(fleet)
  await ensurePoliciesAndRoles(consul)
  await ensureToken(consul, fleet.secrets.consulAgentToken, 'shoal-consul-agent', 'Consul agents')
  await ensureToken(consul, fleet.secrets.consulNomadToken, 'shoal-nomad-agent', 'Nomad agents')
}

/** A Consul server with a leader whose ACL system answers. */
async function consulLeader(fleet: Fleet): Promise<Api> {
  const server = await until(
    { what: 'a leader among the Consul servers', seconds: 60, do: `read ${fleet.paths.root}/node-*/log/consul.log` },
    () => consulServer(fleet),
  )
  const consul = consulApi(fleet, server)
  // A new leader refuses for a moment, until it has its ACL system ready.
  await until({ what: "Consul's ACL system", seconds: 30, do: `read ${fleet.paths.node(server).log}/consul.log` }, () =>
    consul.get('/v1/acl/token/self'),
  )
  return consul
}

/** A new leader may not have applied yet all that was written before it led: a list has to be asked for as `consistent`. */
const listed = <T>(consul: Api, path: string): Promise<T[]> =>
  consul.get<T[]>(`/v1/acl/${path}${path.includes('?') ? '&' : '?'}consistent`)

async function ensurePoliciesAndRoles(consul: Api): Promise<void> {
  const policies = await listed<Named>(consul, 'policies')
  for (const { name, description, rules } of [...AGENT_POLICIES, ...WORKLOAD_POLICIES]) {
    const body = { Name: name, Description: description, Rules: rules }
    await consul.send('PUT', `/v1/acl/policy${idPath(policies, name)}`, body)
  }
  const roles = await listed<Named>(consul, 'roles')
  for (const { name, description, policies: names } of WORKLOAD_ROLES) {
    const body = { Name: name, Description: description, Policies: names.map((Name) => ({ Name })) }
    await consul.send('PUT', `/v1/acl/role${idPath(roles, name)}`, body)
  }
}

const idPath = (known: readonly Named[], name: string): string => {
  const id = known.find((one) => one.Name === name)?.ID
  return id === undefined ? '' : `/${id}`
}

async function ensureToken(consul: Api, secret: string, policy: string, description: string): Promise<void> {
  const body = { SecretID: secret, Description: description, Policies: [{ Name: policy }] }
  await consul.send('PUT', '/v1/acl/token', body).catch((error: unknown) => {
    if (!(error instanceof ApiError && /already in use|already exists/i.test(error.answer))) throw error
  })
}

interface Binding {
  readonly ID: string
  readonly BindType: string
  readonly BindName: string
}

/**
 * Consul trusts the identities that Nomad signs, and knows what each gets. After Nomad has a leader: Consul fetches
 * Nomad's keys before it takes the auth method. Safe to repeat.
 */
export async function ensureWorkloadLogin(fleet: Fleet): Promise<void> {
  const consul = await consulLeader(fleet)
  const known = await listed<Named>(consul, 'auth-methods')
  const path = known.some(({ Name }) => Name === AUTH_METHOD) ? `/${AUTH_METHOD}` : ''
  const wait = {
    what: "Consul to fetch Nomad's keys",
    seconds: 60,
    do: `read ${fleet.paths.root}/node-*/log/nomad.log`,
  }
  await until(wait, () => consul.send('PUT', `/v1/acl/auth-method${path}`, authMethod))
  const bindings = await listed<Binding>(consul, `binding-rules?authmethod=${AUTH_METHOD}`)
  for (const rule of BINDING_RULES) {
    const same = bindings.find((one) => one.BindType === rule.bindType && one.BindName === rule.bindName)
    await consul.send('PUT', `/v1/acl/binding-rule${same ? `/${same.ID}` : ''}`, {
      AuthMethod: AUTH_METHOD,
      Description: rule.description,
      Selector: rule.selector,
      BindType: rule.bindType,
      BindName: rule.bindName,
    })
  }
}

/** Nomad's first management token, with the secret that the fleet chose. Safe to repeat. */
export async function ensureNomadAcl(fleet: Fleet): Promise<void> {
  const server = await until(
    { what: 'a leader among the Nomad servers', seconds: 60, do: `read ${fleet.paths.root}/node-*/log/nomad.log` },
    () => nomadServer(fleet),
  )
  const nomad = nomadApi(fleet, server)
  await until(
    {
      what: "Nomad's management token",
      seconds: 30,
      do: `the servers may have been bootstrapped with another token: compare ${fleet.paths.secrets}, or start over with bootstrap/down --fleet ${fleet.description.name} --purge`,
    },
    async () => {
      if (await nomad.try('/v1/acl/token/self')) return true
      await nomad.send('POST', '/v1/acl/bootstrap', { BootstrapSecret: fleet.secrets.nomadToken })
      return true
    },
  )
}
