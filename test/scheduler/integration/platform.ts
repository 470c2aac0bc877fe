import { Testing } from 'cdktf'
import { platform } from '../../../stacks/platform'
import type { Settings } from '../../../stacks/settings'
import { settings } from '../../stacks/settings'

/** The app with the whole platform. */
export function platformApp(different: Partial<Settings> = {}) {
  const app = Testing.app()
  return { app, ...platform(app, { ...settings, ...different }) }
}
