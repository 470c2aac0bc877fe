// Leaves with 0 when node_modules holds what package-lock.json says (by npm's own hidden lockfile), else with 1.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv, exit } from 'node:process'

const [, , root] = argv
const packages = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages
const hidden = 'node_modules/.package-lock.json'
if (!existsSync(join(root, hidden))) exit(1)
const installed = packages(hidden)
const fits = Object.entries(packages('package-lock.json')).every(([path, wanted]) => {
  // Other platforms' binaries and links to our own workspaces aren't in the hidden lockfile, or don't matter.
  if (!path.includes('node_modules/') || wanted.link || wanted.optional || wanted.peer) return true
  return installed[path]?.version === wanted.version
})
exit(fits ? 0 : 1)
