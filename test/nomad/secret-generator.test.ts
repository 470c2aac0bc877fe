import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Testing } from 'cdktf'
import { expect } from 'chai'
import { NomadConstructsError, SecretGenerator, SecretValue } from '../../nomad'
import { generatorScript } from '../../nomad/secret-script'
import { newStack } from './support'

describe('SecretGenerator', () => {
  it('makes variables with its own identity, and no value is in its text', () => {
    const stack = newStack()
    const generator = new SecretGenerator(stack, 'secrets')
    const db = generator.add('site/db', { username: SecretValue.text('app'), password: SecretValue.random() })
    expect(db.items).to.deep.equal(['username', 'password'])
    expect(generator.findings()).to.deep.equal([])
    const { resource } = JSON.parse(Testing.synth(stack)) as {
      resource: { nomad_acl_policy: Record<string, { rules_hcl: string; job_acl: object }> }
    }
    const [policy] = Object.values(resource.nomad_acl_policy)
    expect(policy?.rules_hcl).to.include('capabilities = ["read", "write"]')
    expect(policy?.job_acl).to.deep.equal({ namespace: 'default', job_id: 'secrets' })
    const [task] = generator.toSpec().group?.[0]?.task ?? []
    expect(task?.identity).to.deep.include({
      name: undefined,
      aud: undefined,
      ttl: undefined,
      env: true,
      file: undefined,
      filepath: undefined,
      change_mode: undefined,
      change_signal: undefined,
    })
    expect(task?.template?.[1]?.data).to.equal(
      '{{if nomadVarExists "site/db"}}{{with $have := nomadVar "site/db"}}site/db {{$have.Metadata.ModifyIndex}}\n{\n' +
        '{{range $i, $item := $have.Tuples}}{{if $i}},{{end}}{{$item.K | toJSON}}:\n{{$item.V | toJSON}}\n{{end}}' +
        '{{if not (index $have "username").Value}},"username":\n@text "app"\n{{end}}' +
        '{{if not (index $have "password").Value}},"password":\n@random 24\n{{end}}{{end}}' +
        '{{else}}site/db 0\n{\n"username":\n@text "app"\n,"password":\n@random 24\n{{end}}}\n',
    )
  })

  it('refuses a variable that it makes already, and too little randomness', () => {
    const generator = new SecretGenerator(newStack(), 'secrets')
    generator.add('site/db', { password: SecretValue.random() })
    expect(() => generator.add('site/db', { other: SecretValue.random() })).to.throw(
      NomadConstructsError,
      "a variable 'site/db' already",
    )
    expect(() => SecretValue.random(8)).to.throw(RangeError, '16 to 1024')
  })
})

describe("a generator's script", () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'generator-'))
    mkdirSync(join(folder, 'wanted'))
    writeFileSync(join(folder, 'generate.sh'), generatorScript)
    // stands for curl: keeps what it is sent, answers with the status that the test wants
    writeFileSync(
      join(folder, 'curl'),
      `#!/bin/sh\nprintf '%s\\n' "$@" >>"${folder}/arguments"\ncat "${folder}/body" >>"${folder}/sent"\n` +
        `echo nonsense >"${folder}/answer"\nprintf "$STATUS"\n`,
    )
    chmodSync(join(folder, 'curl'), 0o755)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const run = (status = '200') =>
    execFileSync('sh', [join(folder, 'generate.sh')], {
      encoding: 'utf8',
      stdio: 'pipe',
      env: {
        PATH: `${folder}:${process.env['PATH'] ?? ''}`,
        NOMAD_SECRETS_DIR: folder,
        NOMAD_TOKEN: 'the-token',
        NOMAD_NAMESPACE: 'default',
        STATUS: status,
      },
    })
  const wanted = (text: string) => writeFileSync(join(folder, 'wanted', '0'), text)

  it('adds what is missing to what is there', () => {
    wanted(
      'site/db 12\n{\n"old":\n"k\\"e\\\\p @random 1"\n,"user":\n@text "a\\\\b $HOME"\n,"password":\n@random 24\n}\n',
    )
    expect(run()).to.equal('wrote site/db\n')
    const sent = JSON.parse(readFileSync(join(folder, 'sent'), 'utf8')) as {
      Path: string
      Items: Record<string, string>
    }
    expect(sent.Path).to.equal('site/db')
    expect(sent.Items['old']).to.equal('k"e\\p @random 1')
    expect(sent.Items['user']).to.equal('a\\b $HOME')
    expect(sent.Items['password']).to.match(/^[A-Za-z0-9_-]{32}$/)
    const args = readFileSync(join(folder, 'arguments'), 'utf8')
    expect(args).to.include('/v1/var/site/db?cas=12&namespace=default')
    expect(args).not.to.include('the-token')
    expect(args).not.to.include(sent.Items['password'])
  })

  it('leaves alone what is complete', () => {
    wanted('site/db 12\n{\n"old":\n"kept"\n}\n')
    expect(run()).to.equal('kept site/db\n')
  })

  it('fails with the reason when Nomad refuses, so that it is tried again', () => {
    wanted('site/db 0\n{\n"password":\n@random 24\n}\n')
    expect(() => run('409')).to.throw('could not write site/db: HTTP 409: nonsense')
  })
})
