/** What Nomad takes in attributes that are a choice, by struct and HCL name. */
export const choices: Readonly<Record<string, readonly string[]>> = {
  'Job.type': ['service', 'batch', 'system', 'sysbatch'],
  'UpdateStrategy.health_check': ['checks', 'task_states', 'manual'],
  'MigrateStrategy.health_check': ['checks', 'task_states'],
  'RestartPolicy.mode': ['fail', 'delay'],
  'ReschedulePolicy.delay_function': ['constant', 'exponential', 'fibonacci'],
  'DisconnectStrategy.reconcile': ['best_score', 'longest_running', 'keep_original', 'keep_replacement'],
  'TaskLifecycle.hook': ['prestart', 'poststart', 'poststop'],
  'Template.change_mode': ['restart', 'noop', 'signal', 'script'],
  'Vault.change_mode': ['restart', 'noop', 'signal'],
  'WorkloadIdentity.change_mode': ['noop', 'restart', 'signal'],
  'TaskArtifact.mode': ['any', 'file', 'dir'],
  'Affinity.operator': [
    ...['=', '==', 'is', '!=', 'not', '>', '>=', '<', '<='],
    ...['regexp', 'version', 'semver', 'set_contains', 'set_contains_all', 'set_contains_any'],
  ],
  'Service.provider': ['consul', 'nomad'],
  'Service.kind': ['api-gateway', 'ingress-gateway', 'mesh-gateway', 'terminating-gateway'],
  'Service.address_mode': ['auto', 'host', 'driver', 'alloc', 'alloc_ipv6'],
  'Service.on_update': ['require_healthy', 'ignore_warnings', 'ignore'],
  'ServiceCheck.on_update': ['require_healthy', 'ignore_warnings', 'ignore'],
  'ServiceCheck.type': ['http', 'tcp', 'grpc', 'script'],
  'ServiceCheck.address_mode': ['host', 'driver', 'alloc', 'alloc_ipv6'],
  'ServiceCheck.initial_status': ['passing', 'warning', 'critical'],
  'VolumeRequest.type': ['host', 'csi'],
  'VolumeMount.propagation_mode': ['private', 'host-to-task', 'bidirectional'],
  'VolumeMount.selinux_label': ['z', 'Z'],
  'ParameterizedJobConfig.payload': ['optional', 'required', 'forbidden'],
  'TaskCSIPluginConfig.type': ['node', 'controller', 'monolith'],
  'NUMAResource.affinity': ['none', 'prefer', 'require'],
  'ConsulMeshGateway.mode': ['local', 'remote', 'none'],
  'ConsulIngressListener.protocol': ['tcp', 'http', 'http2', 'grpc'],
  'ConsulGatewayProxy.envoy_dns_discovery_type': ['STRICT_DNS', 'LOGICAL_DNS'],
}

const most = Number.MAX_SAFE_INTEGER

/** The numbers that Nomad takes, by struct and HCL name: from, to. */
export const ranges: Readonly<Record<string, readonly [number, number]>> = {
  'UpdateStrategy.max_parallel': [0, most],
  'UpdateStrategy.canary': [0, most],
  'MigrateStrategy.max_parallel': [0, most],
  'RestartPolicy.attempts': [0, most],
  'ReschedulePolicy.attempts': [0, most],
  'EphemeralDisk.size': [10, most],
  'LogConfig.max_files': [1, most],
  'LogConfig.max_file_size': [1, most],
  'Affinity.weight': [-100, 100],
  'Spread.weight': [1, 100],
  'SpreadTarget.percent': [0, 100],
  'CheckRestart.limit': [0, most],
  'ServiceCheck.success_before_passing': [0, most],
  'ServiceCheck.failures_before_critical': [0, most],
  'ServiceCheck.failures_before_warning': [0, most],
  'ScalingPolicy.min': [0, most],
  'ScalingPolicy.max': [0, most],
  'Resources.cores': [0, most],
  'Resources.secrets': [0, most],
  'RequestedDevice.count': [1, most],
  'ServiceWeights.passing': [1, 65535],
  'ServiceWeights.warning': [0, 65535],
  'ConsulUpstream.local_bind_port': [0, 65535],
  'ConsulIngressListener.port': [1, 65535],
  'ConsulTransparentProxy.outbound_port': [0, 65535],
}

/** Durations that must be more than nothing. All others may be 0. */
export const positiveDurations: ReadonlySet<string> = new Set([
  'UpdateStrategy.stagger',
  'UpdateStrategy.healthy_deadline',
])
