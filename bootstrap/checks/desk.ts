import type { Crew, Ended } from './crew.js'

/** What a step may say about a command that it runs. */
export interface RunOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Programs are looked for in this folder's packages first. */
  readonly localDir?: string
  /** Nothing is printed: the step looks at the output itself. @default false */
  readonly quiet?: boolean
  /** Whether it needs root, where the run has it. @default false */
  readonly root?: boolean
}

/** Where a step works: how its commands run, and where what they say goes. */
export interface Desk {
  run(file: string, args: readonly string[], options?: RunOptions): Promise<Ended>
  print(text: string): void
}

/** The step's words go to the terminal as they come. */
export class OpenDesk implements Desk {
  constructor(private readonly crew: Crew) {}

  run(file: string, args: readonly string[], { quiet = false, ...options }: RunOptions = {}): Promise<Ended> {
    return this.crew.run(file, args, { ...options, output: quiet ? 'keep' : 'inherit' })
  }

  print(text: string): void {
    console.log(text)
  }
}

/** The step's words are kept until it is done, since others work beside it. */
export class QuietDesk implements Desk {
  private readonly words: string[] = []

  /** @param background whether its commands step back for whatever else wants to run */
  constructor(
    private readonly crew: Crew,
    private readonly background = false,
  ) {}

  async run(file: string, args: readonly string[], { quiet = false, ...options }: RunOptions = {}): Promise<Ended> {
    const ended = await this.crew.run(file, args, { ...options, output: 'keep', background: this.background })
    if (!quiet && ended.output !== '') this.print(ended.output)
    return ended
  }

  print(text: string): void {
    this.words.push(text)
  }

  /** All that was said. */
  get said(): string {
    return this.words.join('\n')
  }
}
