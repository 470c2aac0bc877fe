/** The four parts of an error that a person can act on. */
export interface ErrorParts {
  /** What is wrong and where. */
  readonly wrong: string
  readonly given: string
  readonly allowed: string
  readonly todo: string
}

/** An error of the fleet: what is wrong and where, what was given, what is allowed, what to do. */
export class FleetError extends Error {
  readonly parts: ErrorParts

  constructor(parts: ErrorParts, options?: ErrorOptions) {
    super(
      [
        parts.wrong,
        `  given    ${indent(parts.given)}`,
        `  allowed  ${indent(parts.allowed)}`,
        `  do       ${indent(parts.todo)}`,
      ].join('\n'),
      options,
    )
    this.name = 'FleetError'
    this.parts = parts
  }
}

const indent = (text: string): string => text.trimEnd().split('\n').join('\n           ')
