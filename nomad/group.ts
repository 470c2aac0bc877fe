import { Construct } from 'constructs'
import { blocksOf, present } from './blocks'
import { Count } from './count'
import { NomadConstructsError } from './errors'
import type { Consul } from './identity'
import type { Job } from './job'
import { type Network, Port, type PortProps } from './network'
import type { Affinity, Constraint, Spread } from './placement'
import { changed } from './revision'
import { Service, type ServiceProps } from './service'
import type { ScalingPolicySpec, TaskGroupSpec } from './spec'
import type { Disconnect, Migrate, Reschedule, Restart, Update } from './strategy'
import { Task, type TaskProps } from './task'
import type { Duration, Size } from './units'
import { Volume, VolumeSource } from './volume'

/** What a {@link Group} may be told. */
export interface GroupProps {
  /** A number is what each deploy sets; `Count.preserved()` leaves it to the Autoscaler. @default 1 (a system job has one on each node) */
  readonly count?: number | Count
  /** @default - the node's network, without ports: Nomad's own default */
  readonly network?: Network
  /** @default - the job's */
  readonly update?: Update
  /** @default - Nomad's: 2 in 30 min for services, 3 in 24 h for batch jobs */
  readonly restart?: Restart
  /** @default - the job's */
  readonly reschedule?: Reschedule
  /** @default - the job's */
  readonly migrate?: Migrate
  /** @default - Nomad's */
  readonly disconnect?: Disconnect
  /** @default [] */
  readonly constraints?: readonly Constraint[]
  /** @default [] */
  readonly affinities?: readonly Affinity[]
  /** @default [] */
  readonly spreads?: readonly Spread[]
  /** Disk space that goes with the allocation. @default - Nomad's: 300 MiB */
  readonly ephemeralDisk?: { readonly size?: Size; readonly sticky?: boolean; readonly migrate?: boolean }
  /** How long tasks run on after their services are deregistered. @default - not at all */
  readonly shutdownDelay?: Duration
  /** @default {} */
  readonly meta?: Readonly<Record<string, string>>
  /** Bounds for the Autoscaler, and its policy. @default - none */
  readonly scaling?: Omit<ScalingPolicySpec, 'type'>
  /** Consul cluster, namespace or partition (Enterprise). @default - the default ones */
  readonly consul?: Consul
  /** Anything else of Nomad's group block, by Nomad's own names. @default {} */
  readonly raw?: Readonly<Partial<TaskGroupSpec>>
}

/** Tasks that run together on one node, sharing a network and a directory. */
export class Group extends Construct {
  private readonly count: number | undefined
  private readonly ports: Port[] = []
  private readonly volumes: Volume[] = []
  private readonly services: Service[] = []
  private readonly tasks: Task[] = []

  constructor(
    /** The job that it belongs to. */
    readonly job: Job,
    /** Its name in Nomad. */
    readonly groupName: string,
    /** What it was told. */
    readonly props: GroupProps = {},
  ) {
    super(job, groupName)
    this.count = props.count instanceof Count ? this.preserved(props.count) : props.count
  }

  /** @throws NomadConstructsError when the label is taken */
  addPort(label: string, props: PortProps = {}): Port {
    this.assertFree('port', label, this.ports.map(String))
    const port = new Port(label, props)
    this.ports.push(port)
    changed()
    return port
  }

  /**
   * @param source @default - a host volume of the same name
   * @throws NomadConstructsError when the name is taken
   */
  addVolume(name: string, source: VolumeSource = VolumeSource.host()): Volume {
    this.assertFree('volume', name, this.volumes.map(String))
    const volume = new Volume(name, source)
    this.volumes.push(volume)
    changed()
    return volume
  }

  /** A service that lives as long as the allocation. */
  addService(name: string, props: ServiceProps = {}): Service {
    const service = new Service(name, props)
    this.services.push(service)
    changed()
    return service
  }

  /** @throws NomadConstructsError when the name is taken */
  addTask(name: string, props: TaskProps): Task {
    this.assertFree(
      'task',
      name,
      this.tasks.map((task) => task.taskName),
    )
    const task = new Task(this, name, props)
    this.tasks.push(task)
    changed()
    return task
  }

  /** The group's tasks, in the order they were added. */
  get allTasks(): readonly Task[] {
    return [...this.tasks]
  }

  /** The `group` block, by Nomad's own names. */
  toSpec(): TaskGroupSpec {
    const p = this.props
    const network = p.network?.toSpec() ?? (this.ports.length > 0 ? {} : undefined)
    return present<TaskGroupSpec>({
      name: this.groupName,
      count: this.count,
      shutdown_delay: p.shutdownDelay?.toString(),
      constraint: blocksOf(p.constraints),
      affinity: blocksOf(p.affinities),
      spread: blocksOf(p.spreads),
      network: network && [{ ...network, port: blocksOf(this.ports) }],
      volume: blocksOf(this.volumes),
      ephemeral_disk: p.ephemeralDisk && {
        size: p.ephemeralDisk.size?.toMebibytes(),
        sticky: p.ephemeralDisk.sticky,
        migrate: p.ephemeralDisk.migrate,
      },
      update: p.update?.toSpec(),
      restart: p.restart?.toSpec(),
      reschedule: p.reschedule?.toSpec(),
      migrate: p.migrate?.toSpec(),
      disconnect: p.disconnect?.toSpec(),
      meta: p.meta && { ...p.meta },
      scaling: p.scaling,
      consul: p.consul?.toSpec(),
      service: blocksOf(this.services),
      task: this.tasks.map((task) => task.toSpec()),
      ...p.raw,
    })
  }

  private preserved(count: Count): number {
    const { jobId, props } = this.job
    const { min, max } = this.props.scaling ?? {}
    const { namespace = props.raw?.namespace, provider } = props
    return count.bind(this, { jobId, groupName: this.groupName, namespace, provider, min, max })
  }

  private assertFree(what: string, name: string, taken: readonly string[]): void {
    if (!taken.includes(name)) return
    throw new NomadConstructsError({
      rule: `duplicate-${what}`,
      level: 'error',
      path: this.node.path,
      problem: `the group has a ${what} '${name}' already`,
      given: `'${name}'`,
      allowed: `any name but ${taken.map((t) => `'${t}'`).join(', ')}`,
      do: `give the second ${what} another name`,
    })
  }
}
