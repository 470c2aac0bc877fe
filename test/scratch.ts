import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Loaded by mocha before the tests (.mocharc.json): they have a temporary folder of their own, which goes away with all that
// they leave there. cdktf's Testing.synth alone leaves a folder for each stack.
const folder = mkdtempSync(join(tmpdir(), 'shoal-mocha-'))
process.env['TMPDIR'] = folder
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
