import { TerraformStack } from 'cdktf'
import type { Construct } from 'constructs'
import { Cpu, Docker, Job, Memory, Secret, SecretGenerator, SecretValue } from 'nomad-constructs'

/** An application whose secrets nobody has ever seen. */
export class ApplicationStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id)

    // made inside the cluster when they aren't there yet; kept when they are
    const generator = new SecretGenerator(this, 'generate-secrets')
    const database = generator.add('site/database', {
      username: SecretValue.text('app'),
      password: SecretValue.random(),
    })
    // put there by somebody: nomad var put site/mail api_key=-
    const mail = Secret.at('site/mail', ['api_key'])

    const job = new Job(this, 'app')
    const group = job.addGroup('app')
    const server = group.addTask('server', {
      driver: Docker.image('registry.example.com/app:1.4.2'),
      resources: { cpu: Cpu.mhz(200), memory: Memory.mebibytes(128) },
    })
    database.grantRead(server, { env: { DB_USER: 'username', DB_PASSWORD: 'password' } })
    mail.grantRead(server, { json: 'secrets/mail.json' })
  }
}
