import { expect } from 'chai'
import { Expression, parseDuration, renderJson } from '../../nomad/hcl'

describe("the API's JSON", () => {
  it('has its own names, and durations in nanoseconds', () => {
    const json = renderJson({
      id: 'x',
      update: { min_healthy_time: '1m30s', max_parallel: 2 },
      group: [
        {
          name: 'g',
          task: [{ name: 't', driver: 'docker', kill_timeout: '250ms', env: { A: '1' }, config: { image: 'i' } }],
        },
      ],
    })
    expect(json).to.deep.equal({
      ID: 'x',
      Name: 'x',
      Update: { MinHealthyTime: 90e9, MaxParallel: 2 },
      TaskGroups: [
        {
          Name: 'g',
          Tasks: [{ Name: 't', Driver: 'docker', KillTimeout: 250e6, Env: { A: '1' }, Config: { image: 'i' } }],
        },
      ],
    })
  })

  it('sets static ports apart, and volumes by their name', () => {
    const network = [
      {
        port: [
          { label: 'a', static: 80 },
          { label: 'b', to: 8080 },
        ],
      },
    ]
    const json = renderJson({
      id: 'x',
      group: [{ name: 'g', network, volume: [{ name: 'v', type: 'host', source: 's' }] }],
    })
    expect(json.TaskGroups).to.deep.equal([
      {
        Name: 'g',
        Networks: [{ DynamicPorts: [{ Label: 'b', To: 8080 }], ReservedPorts: [{ Label: 'a', Value: 80 }] }],
        Volumes: { v: { Name: 'v', Type: 'host', Source: 's' } },
      },
    ])
  })

  it("leaves the ports of a sidecar's task as they are, as Nomad's parser does", () => {
    const network = [{ port: [{ label: 'a', static: 80 }], reserved_ports: [{ label: 'b' }] }]
    const service = [{ name: 's', connect: { sidecar_task: { resources: { network } } } }]
    const json = renderJson({ id: 'x', group: [{ name: 'g', service }] })
    expect(json).to.have.deep.nested.property('TaskGroups[0].Services[0].Connect.SidecarTask.Resources.Networks', [
      { DynamicPorts: [{ Label: 'a', Value: 80 }], ReservedPorts: [{ Label: 'b' }] },
    ])
  })

  it("adds what Nomad's parser adds", () => {
    const task = {
      name: 't',
      template: [{ data: 'x', destination: 'local/x' }],
      identity: [{ env: true }, { name: 'other' }],
    }
    const json = renderJson({
      id: 'x',
      constraint: [{ attribute: 'a', value: 'b' }],
      vault: {},
      group: [{ name: 'g', task: [task] }],
    })
    expect(json.Constraints).to.deep.equal([{ LTarget: 'a', RTarget: 'b', Operand: '=' }])
    expect(json).to.have.nested.property('TaskGroups[0].Tasks[0].Templates[0].Perms', '0644')
    expect(json).to.have.nested.property('TaskGroups[0].Tasks[0].Identity.Env', true)
    expect(json).to.have.nested.property('TaskGroups[0].Tasks[0].Identities.length', 1)
    expect(json).to.have.nested.property('TaskGroups[0].Tasks[0].Vault.ChangeMode', 'restart')
  })

  it('needs every value', () => {
    expect(() => renderJson({ id: 'x', priority: new Expression('var.p') })).to.throw('only Terraform knows')
    expect(() => renderJson({ id: 'x', update: { stagger: 'soon' } })).to.throw(`'soon' is not a duration`)
  })

  it('reads durations as Go does', () => {
    const texts = ['1h2m3s', '1.5s', '100ms', '0', '-5s', '10us', 's', '10', '']
    expect(texts.map(parseDuration)).to.deep.equal([3723e9, 1.5e9, 1e8, 0, -5e9, 1e4, undefined, undefined, undefined])
  })
})
