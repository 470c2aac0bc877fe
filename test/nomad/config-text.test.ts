import { App, TerraformStack } from 'cdktf'
import { expect } from 'chai'
import { Docker, type Driver, Job, Memory, RawExec, type TaskProps, Template } from '../../nomad'

/** What the rules say of a task whose only argument is a text. */
function said(text: string, more: Partial<TaskProps> = {}, driver?: Driver): string[] {
  const job = new Job(new TerraformStack(new App(), 'stack'), 'job', { type: 'batch' })
  job.addGroup('group').addTask('task', {
    driver: driver ?? Docker.image('a:1', { args: [text] }),
    resources: { memory: Memory.mebibytes(64) },
    ...more,
  })
  return job
    .findings()
    .map((finding) => finding.rule)
    .filter((rule) => rule.startsWith('config-'))
}

// As a client of Nomad 1.11.3 was seen to take them when it starts a container.
describe("the text of a driver's config", () => {
  const unreadable = [
    'a ${ b',
    'a %{ b',
    '%{',
    '%{x}',
    '${}',
    '${NOMAD_TASK_NAME',
    '${"a}',
    '${HOME:-x}',
    '${HOME:2}',
    '${#array[@]}',
    '${@}',
    '${*}',
    '${x%.*}',
    '${x##*/}',
    '${x//a/b}',
    '${x^^}',
    '${x@Q}',
    '$$$%{x}',
  ]
  for (const text of unreadable) {
    it(`can't be read where it is ${text}`, () => {
      expect(said(text)).to.deep.equal(['config-template'])
    })
  }

  const unknown = [
    'echo ${HOME}',
    '${env.HOME}',
    '${env["HOME"]}',
    '${var.x}',
    '${local.x}',
    '${device.model}',
    '${a-b}',
  ]
  for (const text of unknown) {
    it(`names what isn't there where it is ${text}`, () => {
      expect(said(text)).to.deep.equal(['config-variable'])
    })
  }

  const fine = [
    '%{if true}x%{endif}',
    '%{ if NOMAD_TASK_NAME == "task" }yes%{ else }no%{ endif }',
    '%{ for x in ["a"] }${x}%{ endfor }',
    '${upper("x")}',
    '${1+1}',
    '${1}',
    '${true}',
    '${"}"}',
    '${"${NOMAD_DC}"}',
    '${ NOMAD_TASK_NAME }',
    '${~ NOMAD_DC ~}',
    '${attr.kernel.name}',
    '${attr.cpu["arch"]}',
    '${NOMAD_DC == "a" ? 1 : 2}',
    'a\r${NOMAD_TASK_NAME}${',
    '$${HOME} $$${HOME} %%{x}',
    '$HOME $(date) 100% {}',
  ]
  for (const text of fine) {
    it(`is fine where it is ${JSON.stringify(text)}`, () => {
      expect(said(text)).to.deep.equal([])
    })
  }

  it('may name what the task has in its environment', () => {
    expect(said('${COLOR}', { env: { COLOR: 'red' } })).to.deep.equal([])
    expect(said('${A.B} ${env["A.B"]}', { env: { 'A.B': 'red' } })).to.deep.equal([])
  })

  it('may name what other blocks bring', () => {
    const raw = { csi_plugin: { id: 'a', type: 'node', mount_dir: '/tmp' } }
    expect(said('${CSI_ENDPOINT}', { raw })).to.deep.equal([])
    const templates = [Template.of('COLOR=red', { destination: 'local/env', env: true })]
    expect(said('${COLOR}', { templates })).to.deep.equal([])
  })

  it('may name what only the client knows: its own environment, for drivers without a container', () => {
    expect(said('', {}, RawExec.command('a', { args: ['${HOME} ${env.PATH}'] }))).to.deep.equal([])
    expect(said('', {}, RawExec.command('a', { args: ['${var.home}'] }))).to.deep.equal(['config-variable'])
  })
})
