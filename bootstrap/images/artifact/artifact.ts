/** Something from a package registry that goes into an image; fetched on the host by the registry's own client. */
export interface Artifact {
  /** What a person reads while it is fetched: name and version. */
  readonly title: string
  /** A text that changes when the content would. */
  key(): string
  /** Puts the content into an empty folder; may return a folder inside it that holds the content. */
  fetch(folder: string): Promise<string | void>
}
