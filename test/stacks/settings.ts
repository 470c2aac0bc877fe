import { imageNames, type Images, type Settings } from '../../stacks/settings'

/** The platform as cdktf.json's context has its numbers, with images of no registry that is there. */
export const settings: Settings = {
  nomadAddress: 'http://127.0.0.1:4646',
  nodes: 5,
  webInstances: 3,
  mysqlInstances: 3,
  analysisExecutors: 1,
  images: Object.fromEntries(imageNames.map((name) => [name, `registry:5000/${name}:1`])) as Images,
}
