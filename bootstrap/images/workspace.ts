import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { execa } from 'execa'
import { join } from 'node:path'
import { asCaller, give } from '../caller.js'
import { Problem } from '../problem.js'
import { hashTexts, hashTree } from './hash.js'
import { productionPackages, readLock } from './lockfile.js'
import { withNewFolder } from '../cache/folder.js'

/** Hash of what a workspace's part of an image is made from: its sources and the packages it needs, as locked. */
export function workspaceKey(root: string, workspace: string): string {
  return hashTexts([
    hashTree(join(root, workspace)),
    hashTree(join(root, 'tsconfig.base.json')),
    ...productionPackages(readLock(root), workspace),
  ])
}

/** Puts a workspace, built, and its production packages into `target` (images/README.md has the layout). */
export async function assembleWorkspace(root: string, workspace: string, cache: string, target: string): Promise<void> {
  await build(root, workspace)
  const packages = await productionTree(root, workspace, cache)
  await mkdir(target, { recursive: true })
  await execa('cp', ['-al', `${packages}/.`, target])
  const own = join(target, workspace)
  await mkdir(own, { recursive: true })
  await cp(join(root, workspace, 'package.json'), join(own, 'package.json'))
  await cp(join(root, workspace, 'dist'), join(own, 'dist'), { recursive: true })
}

async function build(root: string, workspace: string): Promise<void> {
  // What an earlier build by root has left could not be overwritten.
  await give(join(root, workspace, 'dist'))
  const { exitCode, all } = await execa(
    'npm',
    ['run', 'build', '-w', workspace],
    asCaller({ cwd: root, all: true, reject: false }),
  )
  if (exitCode !== 0 || !existsSync(join(root, workspace, 'dist'))) {
    throw new Problem({
      what: `images: npm run build -w ${workspace} failed, or left no ${workspace}/dist`,
      given: all.split('\n').slice(-30).join('\n'),
      allowed: 'a script "build" that leaves what runs in dist/',
      do: `correct it and try: npm run build -w ${workspace}`,
    })
  }
}

/** `node_modules` of one workspace without what is for development, in the locked versions; cached by the lock's part. */
async function productionTree(root: string, workspace: string, cache: string): Promise<string> {
  const key = hashTexts([workspace, ...productionPackages(readLock(root), workspace)]).slice(0, 16)
  const final = join(cache, 'images', 'npm', `${workspace}-${key}`)
  return withNewFolder(final, async (folder) => {
    const copy = `cp --parents package.json package-lock.json */package.json "$0"`
    await execa('sh', ['-c', copy, folder], asCaller({ cwd: root }))
    // npm ci keeps to the lock; with -w it leaves out the other workspaces' packages.
    await execa(
      'npm',
      [
        'ci',
        '-w',
        workspace,
        '--omit=dev',
        '--include-workspace-root=false',
        '--no-audit',
        '--no-fund',
        '--ignore-scripts',
      ],
      asCaller({ cwd: folder }),
    )
    const tree = join(folder, '.tree')
    await mkdir(join(tree, workspace), { recursive: true })
    const shared = join(folder, 'node_modules')
    if (existsSync(shared)) {
      await rm(join(shared, '.package-lock.json'), { force: true })
      await rm(join(shared, '.bin'), { recursive: true, force: true })
      await rm(join(shared, '@shoal'), { recursive: true, force: true })
      await rename(shared, join(tree, 'node_modules'))
    }
    const own = join(folder, workspace, 'node_modules')
    if (existsSync(own)) await rename(own, join(tree, workspace, 'node_modules'))
    return tree
  })
}
