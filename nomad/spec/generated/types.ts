// Generated from Nomad's structs by nomad/specgen (`npm run generate -w nomad`). Do not edit.
import type { DurationValue, FreeValue } from '../values'

/** Nomad's `Job`, by its HCL names. */
export interface JobSpec {
  region?: string
  namespace?: string
  id: string
  name?: string
  type?: string
  priority?: number
  all_at_once?: boolean
  datacenters?: string[]
  node_pool?: string
  constraint?: ConstraintSpec[]
  affinity?: AffinitySpec[]
  group?: TaskGroupSpec[]
  update?: UpdateStrategySpec
  multiregion?: MultiregionSpec
  spread?: SpreadSpec[]
  periodic?: PeriodicConfigSpec
  parameterized?: ParameterizedJobConfigSpec
  reschedule?: ReschedulePolicySpec
  migrate?: MigrateStrategySpec
  meta?: Record<string, string>
  ui?: JobUIConfigSpec
  vault?: VaultSpec
  secret?: SecretSpec[]
}

/** Nomad's `Constraint`, by its HCL names. */
export interface ConstraintSpec {
  attribute?: string
  value?: string
  operator?: string
}

/** Nomad's `Affinity`, by its HCL names. */
export interface AffinitySpec {
  attribute?: string
  value?: string
  operator?: string
  weight?: number
}

/** Nomad's `TaskGroup`, by its HCL names. */
export interface TaskGroupSpec {
  name: string
  count?: number
  constraint?: ConstraintSpec[]
  affinity?: AffinitySpec[]
  task?: TaskSpec[]
  spread?: SpreadSpec[]
  volume?: VolumeRequestSpec[]
  restart?: RestartPolicySpec
  disconnect?: DisconnectStrategySpec
  reschedule?: ReschedulePolicySpec
  ephemeral_disk?: EphemeralDiskSpec
  update?: UpdateStrategySpec
  migrate?: MigrateStrategySpec
  network?: NetworkResourceSpec[]
  meta?: Record<string, string>
  service?: ServiceSpec[]
  shutdown_delay?: DurationValue
  max_run_duration?: DurationValue
  stop_after_client_disconnect?: DurationValue
  max_client_disconnect?: DurationValue
  scaling?: ScalingPolicySpec
  consul?: ConsulSpec
  prevent_reschedule_on_lost?: boolean
  vault?: VaultSpec
  secret?: SecretSpec[]
}

/** Nomad's `Task`, by its HCL names. */
export interface TaskSpec {
  name: string
  driver?: string
  user?: string
  lifecycle?: TaskLifecycleSpec
  config?: Record<string, FreeValue>
  constraint?: ConstraintSpec[]
  affinity?: AffinitySpec[]
  env?: Record<string, string>
  service?: ServiceSpec[]
  resources?: ResourcesSpec
  restart?: RestartPolicySpec
  meta?: Record<string, string>
  kill_timeout?: DurationValue
  logs?: LogConfigSpec
  artifact?: TaskArtifactSpec[]
  vault?: VaultSpec
  consul?: ConsulSpec
  template?: TemplateSpec[]
  dispatch_payload?: DispatchPayloadConfigSpec
  volume_mount?: VolumeMountSpec[]
  csi_plugin?: TaskCSIPluginConfigSpec
  leader?: boolean
  shutdown_delay?: DurationValue
  kill_signal?: string
  kind?: string
  scaling?: ScalingPolicySpec[]
  secret?: SecretSpec[]
  identity?: WorkloadIdentitySpec[]
  action?: ActionSpec[]
  schedule?: TaskScheduleSpec
}

/** Nomad's `TaskLifecycle`, by its HCL names. */
export interface TaskLifecycleSpec {
  hook: string
  sidecar?: boolean
}

/** Nomad's `Service`, by its HCL names. */
export interface ServiceSpec {
  name?: string
  tags?: string[]
  canary_tags?: string[]
  enable_tag_override?: boolean
  port?: string
  address_mode?: string
  address?: string
  check?: ServiceCheckSpec[]
  check_restart?: CheckRestartSpec
  connect?: ConsulConnectSpec
  meta?: Record<string, string>
  canary_meta?: Record<string, string>
  tagged_addresses?: Record<string, string>
  task?: string
  on_update?: string
  identity?: WorkloadIdentitySpec
  weights?: ServiceWeightsSpec
  provider?: string
  cluster?: string
  kind?: string
}

/** Nomad's `ServiceCheck`, by its HCL names. */
export interface ServiceCheckSpec {
  name?: string
  type?: string
  command?: string
  args?: string[]
  path?: string
  protocol?: string
  port?: string
  expose?: boolean
  address_mode?: string
  advertise?: string
  interval?: DurationValue
  timeout?: DurationValue
  initial_status?: string
  notes?: string
  tls_server_name?: string
  tls_skip_verify?: boolean
  header?: Record<string, string[]>
  method?: string
  check_restart?: CheckRestartSpec
  grpc_service?: string
  grpc_use_tls?: boolean
  task?: string
  success_before_passing?: number
  failures_before_critical?: number
  failures_before_warning?: number
  body?: string
  on_update?: string
}

/** Nomad's `CheckRestart`, by its HCL names. */
export interface CheckRestartSpec {
  limit?: number
  grace?: DurationValue
  ignore_warnings?: boolean
}

/** Nomad's `ConsulConnect`, by its HCL names. */
export interface ConsulConnectSpec {
  native?: boolean
  gateway?: ConsulGatewaySpec
  sidecar_service?: ConsulSidecarServiceSpec
  sidecar_task?: SidecarTaskSpec
}

/** Nomad's `ConsulGateway`, by its HCL names. */
export interface ConsulGatewaySpec {
  proxy?: ConsulGatewayProxySpec
  ingress?: ConsulIngressConfigEntrySpec
  terminating?: ConsulTerminatingConfigEntrySpec
  mesh?: ConsulMeshConfigEntrySpec
}

/** Nomad's `ConsulGatewayProxy`, by its HCL names. */
export interface ConsulGatewayProxySpec {
  connect_timeout?: DurationValue
  envoy_gateway_bind_tagged_addresses?: boolean
  envoy_gateway_bind_addresses?: ConsulGatewayBindAddressSpec[]
  envoy_gateway_no_default_bind?: boolean
  envoy_dns_discovery_type?: string
  config?: Record<string, FreeValue>
}

/** Nomad's `ConsulGatewayBindAddress`, by its HCL names. */
export interface ConsulGatewayBindAddressSpec {
  name: string
  address?: string
  port?: number
}

/** Nomad's `ConsulIngressConfigEntry`, by its HCL names. */
export interface ConsulIngressConfigEntrySpec {
  tls?: ConsulGatewayTLSConfigSpec
  listener?: ConsulIngressListenerSpec[]
}

/** Nomad's `ConsulGatewayTLSConfig`, by its HCL names. */
export interface ConsulGatewayTLSConfigSpec {
  enabled?: boolean
  tls_min_version?: string
  tls_max_version?: string
  cipher_suites?: string[]
  sds?: ConsulGatewayTLSSDSConfigSpec
}

/** Nomad's `ConsulGatewayTLSSDSConfig`, by its HCL names. */
export interface ConsulGatewayTLSSDSConfigSpec {
  cluster_name?: string
  cert_resource?: string
}

/** Nomad's `ConsulIngressListener`, by its HCL names. */
export interface ConsulIngressListenerSpec {
  port?: number
  protocol?: string
  service?: ConsulIngressServiceSpec[]
}

/** Nomad's `ConsulIngressService`, by its HCL names. */
export interface ConsulIngressServiceSpec {
  name?: string
  hosts?: string[]
  tls?: ConsulGatewayTLSConfigSpec
  request_headers?: ConsulHTTPHeaderModifiersSpec
  response_headers?: ConsulHTTPHeaderModifiersSpec
  max_connections?: number
  max_pending_requests?: number
  max_concurrent_requests?: number
}

/** Nomad's `ConsulHTTPHeaderModifiers`, by its HCL names. */
export interface ConsulHTTPHeaderModifiersSpec {
  add?: Record<string, string>
  set?: Record<string, string>
  remove?: string[]
}

/** Nomad's `ConsulTerminatingConfigEntry`, by its HCL names. */
export interface ConsulTerminatingConfigEntrySpec {
  service?: ConsulLinkedServiceSpec[]
}

/** Nomad's `ConsulLinkedService`, by its HCL names. */
export interface ConsulLinkedServiceSpec {
  name?: string
  ca_file?: string
  cert_file?: string
  key_file?: string
  sni?: string
}

/** Nomad's `ConsulMeshConfigEntry`, by its HCL names. */
export interface ConsulMeshConfigEntrySpec {
}

/** Nomad's `ConsulSidecarService`, by its HCL names. */
export interface ConsulSidecarServiceSpec {
  tags?: string[]
  port?: string
  proxy?: ConsulProxySpec
  disable_default_tcp_check?: boolean
  meta?: Record<string, string>
}

/** Nomad's `ConsulProxy`, by its HCL names. */
export interface ConsulProxySpec {
  local_service_address?: string
  local_service_port?: number
  expose?: ConsulExposeConfigSpec
  upstreams?: ConsulUpstreamSpec[]
  transparent_proxy?: ConsulTransparentProxySpec
  config?: Record<string, FreeValue>
}

/** Nomad's `ConsulExposeConfig`, by its HCL names. */
export interface ConsulExposeConfigSpec {
  path?: ConsulExposePathSpec[]
}

/** Nomad's `ConsulExposePath`, by its HCL names. */
export interface ConsulExposePathSpec {
  path?: string
  protocol?: string
  local_path_port?: number
  listener_port?: string
}

/** Nomad's `ConsulUpstream`, by its HCL names. */
export interface ConsulUpstreamSpec {
  destination_name?: string
  destination_namespace?: string
  destination_peer?: string
  destination_partition?: string
  destination_type?: string
  local_bind_port?: number
  datacenter?: string
  local_bind_address?: string
  local_bind_socket_path?: string
  local_bind_socket_mode?: string
  mesh_gateway?: ConsulMeshGatewaySpec
  config?: Record<string, FreeValue>
}

/** Nomad's `ConsulMeshGateway`, by its HCL names. */
export interface ConsulMeshGatewaySpec {
  mode?: string
}

/** Nomad's `ConsulTransparentProxy`, by its HCL names. */
export interface ConsulTransparentProxySpec {
  uid?: string
  outbound_port?: number
  exclude_inbound_ports?: string[]
  exclude_outbound_ports?: number[]
  exclude_outbound_cidrs?: string[]
  exclude_uids?: string[]
  no_dns?: boolean
}

/** Nomad's `SidecarTask`, by its HCL names. */
export interface SidecarTaskSpec {
  name?: string
  driver?: string
  user?: string
  config?: Record<string, FreeValue>
  env?: Record<string, string>
  resources?: ResourcesSpec
  meta?: Record<string, string>
  kill_timeout?: DurationValue
  logs?: LogConfigSpec
  shutdown_delay?: DurationValue
  kill_signal?: string
  volume_mount?: VolumeMountSpec[]
  identity?: WorkloadIdentitySpec[]
}

/** Nomad's `Resources`, by its HCL names. */
export interface ResourcesSpec {
  cpu?: number
  cores?: number
  memory?: number
  memory_max?: number
  disk?: number
  network?: NetworkResourceSpec[]
  device?: RequestedDeviceSpec[]
  numa?: NUMAResourceSpec
  secrets?: number
  iops?: number
}

/** Nomad's `NetworkResource`, by its HCL names. */
export interface NetworkResourceSpec {
  mode?: string
  device?: string
  cidr?: string
  ip?: string
  dns?: DNSConfigSpec
  reserved_ports?: PortSpec[]
  port?: PortSpec[]
  hostname?: string
  mbits?: number
  cni?: CNIConfigSpec
}

/** Nomad's `DNSConfig`, by its HCL names. */
export interface DNSConfigSpec {
  servers?: string[]
  searches?: string[]
  options?: string[]
}

/** Nomad's `Port`, by its HCL names. */
export interface PortSpec {
  label: string
  static?: number
  to?: number
  host_network?: string
  ignore_collision?: boolean
}

/** Nomad's `CNIConfig`, by its HCL names. */
export interface CNIConfigSpec {
  args?: Record<string, string>
}

/** Nomad's `RequestedDevice`, by its HCL names. */
export interface RequestedDeviceSpec {
  name: string
  count?: number
  constraint?: ConstraintSpec[]
  affinity?: AffinitySpec[]
}

/** Nomad's `NUMAResource`, by its HCL names. */
export interface NUMAResourceSpec {
  affinity?: string
  devices?: string[]
}

/** Nomad's `LogConfig`, by its HCL names. */
export interface LogConfigSpec {
  max_files?: number
  max_file_size?: number
  enabled?: boolean
  disabled?: boolean
}

/** Nomad's `VolumeMount`, by its HCL names. */
export interface VolumeMountSpec {
  volume?: string
  destination?: string
  read_only?: boolean
  propagation_mode?: string
  selinux_label?: string
}

/** Nomad's `WorkloadIdentity`, by its HCL names. */
export interface WorkloadIdentitySpec {
  name?: string
  aud?: string[]
  change_mode?: string
  change_signal?: string
  env?: boolean
  file?: boolean
  filepath?: string
  service_name?: string
  ttl?: DurationValue
  extra_claims?: string[]
}

/** Nomad's `ServiceWeights`, by its HCL names. */
export interface ServiceWeightsSpec {
  passing?: number
  warning?: number
}

/** Nomad's `RestartPolicy`, by its HCL names. */
export interface RestartPolicySpec {
  interval?: DurationValue
  attempts?: number
  delay?: DurationValue
  mode?: string
  render_templates?: boolean
}

/** Nomad's `TaskArtifact`, by its HCL names. */
export interface TaskArtifactSpec {
  source?: string
  options?: Record<string, string>
  headers?: Record<string, string>
  mode?: string
  insecure?: boolean
  destination?: string
  chown?: boolean
}

/** Nomad's `Vault`, by its HCL names. */
export interface VaultSpec {
  policies?: string[]
  role?: string
  namespace?: string
  cluster?: string
  env?: boolean
  disable_file?: boolean
  change_mode?: string
  change_signal?: string
  allow_token_expiration?: boolean
}

/** Nomad's `Consul`, by its HCL names. */
export interface ConsulSpec {
  namespace?: string
  cluster?: string
  partition?: string
}

/** Nomad's `Template`, by its HCL names. */
export interface TemplateSpec {
  source?: string
  destination?: string
  data?: string
  change_mode?: string
  change_script?: ChangeScriptSpec
  change_signal?: string
  once?: boolean
  splay?: DurationValue
  perms?: string
  uid?: number
  gid?: number
  left_delimiter?: string
  right_delimiter?: string
  env?: boolean
  vault_grace?: DurationValue
  wait?: WaitConfigSpec
  error_on_missing_key?: boolean
}

/** Nomad's `ChangeScript`, by its HCL names. */
export interface ChangeScriptSpec {
  command: string
  args?: string[]
  timeout?: DurationValue
  fail_on_error: boolean
  run_on_first_render?: boolean
}

/** Nomad's `WaitConfig`, by its HCL names. */
export interface WaitConfigSpec {
  min: DurationValue
  max: DurationValue
}

/** Nomad's `DispatchPayloadConfig`, by its HCL names. */
export interface DispatchPayloadConfigSpec {
  file?: string
}

/** Nomad's `TaskCSIPluginConfig`, by its HCL names. */
export interface TaskCSIPluginConfigSpec {
  id?: string
  type?: string
  mount_dir?: string
  stage_publish_base_dir?: string
  health_timeout?: DurationValue
}

/** Nomad's `ScalingPolicy`, by its HCL names. */
export interface ScalingPolicySpec {
  min?: number
  max?: number
  policy?: Record<string, FreeValue>
  enabled?: boolean
  type?: string
}

/** Nomad's `Secret`, by its HCL names. */
export interface SecretSpec {
  name: string
  provider?: string
  path?: string
  config?: Record<string, FreeValue>
  env?: Record<string, string>
}

/** Nomad's `Action`, by its HCL names. */
export interface ActionSpec {
  name: string
  command: string
  args?: string[]
}

/** Nomad's `TaskSchedule`, by its HCL names. */
export interface TaskScheduleSpec {
  cron?: TaskScheduleCronSpec
}

/** Nomad's `TaskScheduleCron`, by its HCL names. */
export interface TaskScheduleCronSpec {
  start?: string
  end?: string
  timezone?: string
}

/** Nomad's `Spread`, by its HCL names. */
export interface SpreadSpec {
  attribute?: string
  weight?: number
  target?: SpreadTargetSpec[]
}

/** Nomad's `SpreadTarget`, by its HCL names. */
export interface SpreadTargetSpec {
  value: string
  percent?: number
}

/** Nomad's `VolumeRequest`, by its HCL names. */
export interface VolumeRequestSpec {
  name: string
  type?: string
  source?: string
  read_only?: boolean
  sticky?: boolean
  access_mode?: string
  attachment_mode?: string
  mount_options?: CSIMountOptionsSpec
  per_alloc?: boolean
}

/** Nomad's `CSIMountOptions`, by its HCL names. */
export interface CSIMountOptionsSpec {
  fs_type?: string
  mount_flags?: string[]
}

/** Nomad's `DisconnectStrategy`, by its HCL names. */
export interface DisconnectStrategySpec {
  lost_after?: DurationValue
  stop_on_client_after?: DurationValue
  replace?: boolean
  reconcile?: string
}

/** Nomad's `ReschedulePolicy`, by its HCL names. */
export interface ReschedulePolicySpec {
  attempts?: number
  interval?: DurationValue
  delay?: DurationValue
  delay_function?: string
  max_delay?: DurationValue
  unlimited?: boolean
}

/** Nomad's `EphemeralDisk`, by its HCL names. */
export interface EphemeralDiskSpec {
  sticky?: boolean
  migrate?: boolean
  size?: number
}

/** Nomad's `UpdateStrategy`, by its HCL names. */
export interface UpdateStrategySpec {
  stagger?: DurationValue
  max_parallel?: number
  health_check?: string
  min_healthy_time?: DurationValue
  healthy_deadline?: DurationValue
  progress_deadline?: DurationValue
  canary?: number
  auto_revert?: boolean
  auto_promote?: boolean
}

/** Nomad's `MigrateStrategy`, by its HCL names. */
export interface MigrateStrategySpec {
  max_parallel?: number
  health_check?: string
  min_healthy_time?: DurationValue
  healthy_deadline?: DurationValue
}

/** Nomad's `Multiregion`, by its HCL names. */
export interface MultiregionSpec {
  strategy?: MultiregionStrategySpec
  region?: MultiregionRegionSpec[]
}

/** Nomad's `MultiregionStrategy`, by its HCL names. */
export interface MultiregionStrategySpec {
  max_parallel?: number
  on_failure?: string
}

/** Nomad's `MultiregionRegion`, by its HCL names. */
export interface MultiregionRegionSpec {
  name: string
  count?: number
  datacenters?: string[]
  node_pool?: string
  meta?: Record<string, string>
}

/** Nomad's `PeriodicConfig`, by its HCL names. */
export interface PeriodicConfigSpec {
  enabled?: boolean
  cron?: string
  crons?: string[]
  prohibit_overlap?: boolean
  time_zone?: string
}

/** Nomad's `ParameterizedJobConfig`, by its HCL names. */
export interface ParameterizedJobConfigSpec {
  payload?: string
  meta_required?: string[]
  meta_optional?: string[]
}

/** Nomad's `JobUIConfig`, by its HCL names. */
export interface JobUIConfigSpec {
  description?: string
  link?: JobUILinkSpec[]
}

/** Nomad's `JobUILink`, by its HCL names. */
export interface JobUILinkSpec {
  label?: string
  url?: string
}
