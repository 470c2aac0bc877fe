import { App } from 'cdktf'
import { platform } from './platform'
import { readSettings, SettingsError } from './settings'

// Bad input is the user's to mend: say what, and no stack trace.
process.on('uncaughtException', (error) => {
  console.error(error instanceof SettingsError ? error.message : error)
  process.exit(1)
})

const app = new App()
platform(
  app,
  readSettings(process.env, (key) => app.node.tryGetContext(key)),
)
app.synth()
