/** A length of time. Nomad's jobspec writes it as `1h30m`, its API as nanoseconds. */
export class Duration {
  /** @param toMilliseconds its length */
  private constructor(readonly toMilliseconds: number) {}

  /** @throws RangeError below 0 */
  static milliseconds(amount: number): Duration {
    if (!Number.isFinite(amount) || amount < 0) throw new RangeError(`Expected a duration of 0 or more, got ${amount}`)
    return new Duration(amount)
  }

  /** @throws RangeError below 0 */
  static seconds(amount: number): Duration {
    return Duration.milliseconds(amount * 1000)
  }

  /** @throws RangeError below 0 */
  static minutes(amount: number): Duration {
    return Duration.seconds(amount * 60)
  }

  /** @throws RangeError below 0 */
  static hours(amount: number): Duration {
    return Duration.minutes(amount * 60)
  }

  /** Of 24 hours. @throws RangeError below 0 */
  static days(amount: number): Duration {
    return Duration.hours(amount * 24)
  }

  /** As Nomad's jobspec writes it: the biggest units that are exact, e.g. `90s` is `1m30s`. */
  toString(): string {
    let rest = Math.round(this.toMilliseconds * 1e6) / 1e6
    if (rest === 0) return '0s'
    let text = ''
    for (const [unit, size] of [
      ['h', 3_600_000],
      ['m', 60_000],
      ['s', 1000],
    ] as const) {
      const count = Math.floor(rest / size)
      if (count > 0) text += `${count}${unit}`
      rest -= count * size
    }
    return rest > 0 ? `${text}${rest}ms` : text
  }
}

/** An amount of bytes. */
export class Size {
  /** @param toBytes its amount */
  private constructor(readonly toBytes: number) {}

  /** @throws RangeError for less than 0 or a fraction */
  static bytes(amount: number): Size {
    if (!Number.isInteger(amount) || amount < 0) throw new RangeError(`Expected a whole number of bytes, got ${amount}`)
    return new Size(amount)
  }

  /** Of 1,024 bytes. @throws RangeError for less than 0 or a fraction of a byte */
  static kibibytes(amount: number): Size {
    return Size.bytes(amount * 1024)
  }

  /** Of 1,024 KiB. @throws RangeError for less than 0 or a fraction of a byte */
  static mebibytes(amount: number): Size {
    return Size.kibibytes(amount * 1024)
  }

  /** Of 1,024 MiB. @throws RangeError for less than 0 or a fraction of a byte */
  static gibibytes(amount: number): Size {
    return Size.mebibytes(amount * 1024)
  }

  /** Nomad's `MB` are mebibytes. Rounded up. */
  toMebibytes(): number {
    return Math.ceil(this.toBytes / 1024 / 1024)
  }
}

/** How much memory a task may use. */
export class Memory {
  /** @param toMebibytes its amount */
  private constructor(readonly toMebibytes: number) {}

  /** Rounded up to whole ones. @throws RangeError for 0 or less */
  static mebibytes(amount: number): Memory {
    if (!(amount > 0)) throw new RangeError(`Expected more than 0 MiB of memory, got ${amount}`)
    return new Memory(Math.ceil(amount))
  }

  /** Of 1,024 MiB. @throws RangeError for 0 or less */
  static gibibytes(amount: number): Memory {
    return Memory.mebibytes(amount * 1024)
  }
}

/** How much of a processor a task gets: a share in MHz, or whole cores of its own. */
export class Cpu {
  private constructor(
    /** A share in MHz, or whole cores. */
    readonly unit: 'mhz' | 'cores',
    /** In `unit`. */
    readonly amount: number,
  ) {}

  /** A share: what it gets when others want the processor too. It may use more while nobody else does. */
  static mhz(amount: number): Cpu {
    if (!(amount > 0)) throw new RangeError(`Expected more than 0 MHz, got ${amount}`)
    return new Cpu('mhz', Math.ceil(amount))
  }

  /** Whole cores that no other task uses. */
  static cores(amount: number): Cpu {
    if (!(amount > 0)) throw new RangeError(`Expected more than 0 cores, got ${amount}`)
    return new Cpu('cores', Math.ceil(amount))
  }
}
