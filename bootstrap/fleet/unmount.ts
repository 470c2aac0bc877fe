import { execa } from 'execa'
import { readFile } from 'node:fs/promises'
import { mountsBelow } from './mounts.js'

/** Unmounts what a killed Docker engine or Nomad left below a folder. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const path of mountsBelow(await readFile('/proc/self/mountinfo', 'utf8'), folder)) {
    await execa('umount', ['--lazy', path], { reject: false })
  }
}
