import { Driver, list, mapBlock } from './driver'
import type { FreeValue } from './spec'

/** What the drivers exec and java have in common. */
export interface IsolationOptions {
  /** The processes that the task sees. @default - the client's: 'private' */
  readonly pidMode?: 'private' | 'host'
  /** The System V IPC that the task sees. @default - the client's: 'private' */
  readonly ipcMode?: 'private' | 'host'
  /** Linux capabilities beside the client's defaults. @default [] */
  readonly capAdd?: readonly string[]
  /** Linux capabilities of the client's defaults that the task goes without. @default [] */
  readonly capDrop?: readonly string[]
}

/** How {@link Exec} runs a command. */
export interface ExecOptions extends IsolationOptions {
  /** @default [] */
  readonly args?: readonly string[]
  /** An absolute path inside the task's file system. @default - the task's directory */
  readonly workDir?: string
  /** Any other key of the driver's config, by the driver's own name. @default {} */
  readonly raw?: Readonly<Record<string, FreeValue>>
}

/** A command of the node, isolated by the kernel: its own processes, file system (chroot) and limits. Driver `exec`. */
export class Exec extends Driver {
  private constructor(command: string, o: ExecOptions) {
    super('exec', {
      command,
      args: list(o.args),
      ...isolationConfig(o),
      work_dir: o.workDir,
      ...o.raw,
    })
  }

  /**
   * A program in a directory of its own.
   * @param command a program on the node's or the task's path, or a file of the task's directory (`local/run.sh`)
   */
  static command(command: string, options: ExecOptions = {}): Exec {
    return new Exec(command, options)
  }
}

/** How {@link RawExec} runs a command. */
export interface RawExecOptions {
  /** @default [] */
  readonly args?: readonly string[]
  /** @default - the task's directory */
  readonly workDir?: string
  /** -1000 (never killed when memory is short) to 1000 (first). @default 0 */
  readonly oomScoreAdj?: number
  /** A cgroup (version 2) that the task is put into instead of its own. Nomad enforces no limits there. @default - Nomad's */
  readonly cgroupV2Override?: string
  /** Cgroups (version 1) by controller instead of Nomad's own. Nomad enforces no limits there. @default {} */
  readonly cgroupV1Override?: Readonly<Record<string, string>>
  /** Variables of the client's environment, with wildcards, that the task doesn't get. @default [] */
  readonly deniedEnvvars?: readonly string[]
  /** Any other key of the driver's config, by the driver's own name. @default {} */
  readonly raw?: Readonly<Record<string, FreeValue>>
}

/** A command of the node, as the Nomad agent's user, without isolation. Driver `raw_exec`, which a client must switch on. */
export class RawExec extends Driver {
  private constructor(command: string, o: RawExecOptions) {
    super('raw_exec', {
      command,
      args: list(o.args),
      work_dir: o.workDir,
      oom_score_adj: o.oomScoreAdj,
      cgroup_v2_override: o.cgroupV2Override,
      cgroup_v1_override: mapBlock(o.cgroupV1Override),
      denied_envvars: list(o.deniedEnvvars),
      ...o.raw,
    })
  }

  /**
   * A program that sees what the agent sees.
   * @param command a program on the agent's path, an absolute path, or a file of the task's directory
   */
  static command(command: string, options: RawExecOptions = {}): RawExec {
    return new RawExec(command, options)
  }
}

/** The config keys of {@link IsolationOptions}. */
export function isolationConfig(o: IsolationOptions): Record<string, FreeValue | undefined> {
  return { pid_mode: o.pidMode, ipc_mode: o.ipcMode, cap_add: list(o.capAdd), cap_drop: list(o.capDrop) }
}
