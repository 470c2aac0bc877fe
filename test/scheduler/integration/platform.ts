import { Testing } from 'cdktf'
import { platform } from '../../../stacks/platform'
import { imageNames, type Images, type Settings } from '../../../stacks/settings'

/** The app with the whole platform, as cdktf.json's context has its numbers. */
export function platformApp(different: Partial<Settings> = {}) {
  const app = Testing.app()
  const settings: Settings = {
    nomadAddress: 'http://127.0.0.1:4646',
    nodes: 5,
    webInstances: 3,
    mysqlInstances: 3,
    analysisExecutors: 1,
    images: Object.fromEntries(imageNames.map((name) => [name, `registry:5000/${name}:1`])) as Images,
    ...different,
  }
  return { app, ...platform(app, settings) }
}
