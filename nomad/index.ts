export { Parameterized, Periodic } from './batch'
export { Check, type CheckOptions, type CheckRestart, type GrpcCheckOptions, type HttpCheckOptions } from './check'
export { Connect, type ProxyProps, type SidecarProps, type SidecarTaskProps } from './connect'
export {
  Gateway,
  type GatewayProxyProps,
  type GatewayTls,
  type HeaderChanges,
  type IngressListener,
  type IngressService,
  type LinkedService,
} from './connect-gateway'
export {
  Expose,
  type ExposedPath,
  type MeshGatewayMode,
  TransparentProxy,
  type TransparentProxyProps,
  Upstream,
  type UpstreamProps,
} from './connect-proxy'
export {
  ConsulTemplate,
  consulTemplate,
  env,
  type Instances,
  key,
  nomadServices,
  nomadVar,
  type ServiceInstance,
  services,
} from './consul-template'
export { Count, type PreservedCountOptions } from './count'
export {
  CsiVolume,
  type CsiVolumeResourceProps,
  type DeclaredVolumeProps,
  type DynamicHostVolumeProps,
  ExistingVolume,
  HostVolume,
  type HostVolumeAccessMode,
  type MountOptions,
} from './declared-volume'
export type { DependsOnOptions, Until } from './dependency'
export { Docker, type DockerOptions } from './docker'
export { DockerMount } from './docker-mount'
export { Driver } from './driver'
export type { DriverField, DriverSchema } from './driver-schema'
export { type Finding, NomadConstructsError } from './errors'
export { Exec, type ExecOptions, type IsolationOptions, RawExec, type RawExecOptions } from './exec'
export { Fleet, Policy } from './fleet'
export {
  type CapabilityGrant,
  grantCapabilities,
  type Grantee,
  grantVariables,
  type NamespaceCapability,
  type VariableCapability,
  type VariableGrant,
} from './grant'
export type { Provider } from './host'
export { Group, type GroupProps } from './group'
export { HclJob, type HclJobProps, type HclVariable } from './hcl-job'
export { Consul, Identity, type IdentityProps, type VaultProps } from './identity'
export { Java, type JavaOptions } from './java'
export { Job, type JobProps, type JobType, type Rendered } from './job'
export { type Judge, judgeJob, type Remark, Validation, type VariableValue, type Verdict } from './judge'
export { Action, Lifecycle } from './lifecycle'
export { Network, type NetworkOptions, Port, type PortProps } from './network'
export type { PatchOperation } from './patch'
export { Affinity, Constraint, type Operator, Spread } from './placement'
export { Podman, type PodmanOptions } from './podman'
export { Qemu, type QemuOptions } from './qemu'
export { Env, literal, Node } from './references'
export type { Resources } from './resources'
export { Secret, type SecretDelivery, type SecretOptions } from './secret'
export { SecretGenerator, type SecretGeneratorProps, SecretValue } from './secret-generator'
export { Service, type ServiceProps } from './service'
export {
  Disconnect,
  type DisconnectProps,
  Migrate,
  type MigrateProps,
  Reschedule,
  type RescheduleOptions,
  Restart,
  type RestartOptions,
  Update,
  type UpdateOptions,
} from './strategy'
export { Task, type TaskProps } from './task'
export { Change, Template, type TemplateProps } from './template'
export { Cpu, Duration, Memory, Size } from './units'
export { NomadVariable, type NomadVariableProps } from './variable'
export { type CsiVolumeProps, type HostVolumeProps, type MountProps, Volume, VolumeSource } from './volume'
export { error as errorRule, type JobContext, type Report, type Rule, warning as warningRule } from './validate/rule'
export { rules } from './validate'
