/** A length of time. Nomad's jobspec writes it as `1h30m`, its API as nanoseconds. */
export class Duration {
  private constructor(readonly toMilliseconds: number) {}

  static milliseconds(amount: number): Duration {
    if (!Number.isFinite(amount) || amount < 0) throw new RangeError(`Expected a duration of 0 or more, got ${amount}`)
    return new Duration(amount)
  }

  static seconds(amount: number): Duration {
    return Duration.milliseconds(amount * 1000)
  }

  static minutes(amount: number): Duration {
    return Duration.seconds(amount * 60)
  }

  static hours(amount: number): Duration {
    return Duration.minutes(amount * 60)
  }

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
  private constructor(readonly toBytes: number) {}

  static bytes(amount: number): Size {
    if (!Number.isInteger(amount) || amount < 0) throw new RangeError(`Expected a whole number of bytes, got ${amount}`)
    return new Size(amount)
  }

  static kibibytes(amount: number): Size {
    return Size.bytes(amount * 1024)
  }

  static mebibytes(amount: number): Size {
    return Size.kibibytes(amount * 1024)
  }

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
  private constructor(readonly toMebibytes: number) {}

  static mebibytes(amount: number): Memory {
    if (!(amount > 0)) throw new RangeError(`Expected more than 0 MiB of memory, got ${amount}`)
    return new Memory(Math.ceil(amount))
  }

  static gibibytes(amount: number): Memory {
    return Memory.mebibytes(amount * 1024)
  }
}

/** How much of a processor a task gets: a share in MHz, or whole cores of its own. */
export class Cpu {
  private constructor(
    readonly unit: 'mhz' | 'cores',
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
