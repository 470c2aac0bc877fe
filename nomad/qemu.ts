import { Driver, list, mapBlock } from './driver'
import type { FreeValue } from './spec'

/** How {@link Qemu} runs a virtual machine. */
export interface QemuOptions {
  /** @default 'qemu-system-x86_64' */
  readonly emulator?: string
  /** QEMU's `-machine`. @default 'pc' */
  readonly machineType?: string
  /** How the image is attached: QEMU's `-drive if=`. @default 'ide' */
  readonly driveInterface?: string
  /** `kvm` where the node has it, `tcg` otherwise. @default 'tcg' */
  readonly accelerator?: string
  /** Sends an ACPI shutdown instead of killing the machine; it takes up to the task's `killTimeout`. @default false */
  readonly gracefulShutdown?: boolean
  /** Runs commands in the machine by the QEMU guest agent. @default false */
  readonly guestAgent?: boolean
  /** Further arguments of QEMU itself. @default [] */
  readonly args?: readonly string[]
  /** Port labels of the group, each with the port inside the machine. @default {} */
  readonly portMap?: Readonly<Record<string, number>>
  /** Any other key of the driver's config, by the driver's own name. @default {} */
  readonly raw?: Readonly<Record<string, FreeValue>>
}

/** A virtual machine. Driver `qemu`. */
export class Qemu extends Driver {
  private constructor(imagePath: string, o: QemuOptions) {
    super('qemu', {
      image_path: imagePath,
      emulator: o.emulator,
      machine_type: o.machineType,
      drive_interface: o.driveInterface,
      accelerator: o.accelerator,
      graceful_shutdown: o.gracefulShutdown,
      guest_agent: o.guestAgent,
      args: list(o.args),
      port_map: mapBlock(o.portMap),
      ...o.raw,
    })
  }

  /**
   * A virtual machine of an image.
   * @param path of the image: below the task's directory (`local/linux.img`), or one that the client allows
   */
  static image(path: string, options: QemuOptions = {}): Qemu {
    return new Qemu(path, options)
  }
}
