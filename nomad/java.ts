import { Driver, list } from './driver'
import { type IsolationOptions, isolationConfig } from './exec'
import type { FreeValue } from './spec'

/** How {@link Java} runs a program. */
export interface JavaOptions extends IsolationOptions {
  /** The program's own arguments. @default [] */
  readonly args?: readonly string[]
  /** Arguments of the virtual machine, e.g. `-Xmx256m`: keep the heap below the task's memory. @default [] */
  readonly jvmOptions?: readonly string[]
  /** Where classes are looked for; `local/lib/*` for the jars of a folder. @default - the JAR itself, or the task's directory */
  readonly classPath?: string
  /** An absolute path inside the task's file system. @default - the task's directory */
  readonly workDir?: string
  /** Any other key of the driver's config, by the driver's own name. @default {} */
  readonly raw?: Readonly<Record<string, FreeValue>>
}

/** A Java program on the node's own runtime. Driver `java`. */
export class Java extends Driver {
  private constructor(program: Readonly<Record<string, string>>, o: JavaOptions) {
    super('java', {
      ...program,
      class_path: o.classPath,
      jvm_options: list(o.jvmOptions),
      args: list(o.args),
      ...isolationConfig(o),
      work_dir: o.workDir,
      ...o.raw,
    })
  }

  /** The main class of a JAR. @param path below the task's directory, e.g. `local/app.jar` */
  static jar(path: string, options: JavaOptions = {}): Java {
    return new Java({ jar_path: path }, options)
  }

  /** A class of the class path. @param name with its package */
  static main(name: string, options: JavaOptions = {}): Java {
    return new Java({ class: name }, options)
  }
}
