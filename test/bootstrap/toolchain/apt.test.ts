import { expect } from 'chai'
import { ensurePackages, stopService } from '../../../bootstrap/toolchain/apt.js'

describe('packages', () => {
  /** A machine whose packages hold these programs. */
  function machine(holds: Record<string, readonly string[]>, present: readonly string[] = []) {
    const there = new Set(present)
    const installed: string[] = []
    return {
      installed,
      find: (program: string) => (there.has(program) ? `/usr/bin/${program}` : undefined),
      install: (packages: readonly string[]) => {
        for (const name of packages) for (const program of holds[name] ?? []) there.add(program)
        installed.push(...packages)
        return Promise.resolve()
      },
    }
  }
  const docker = { dockerd: 'docker.io', docker: ['docker.io', 'docker-cli'] } as const

  it('Debian 12: docker.io has both programs, nothing else is asked for', async () => {
    const debian12 = machine({ 'docker.io': ['dockerd', 'docker'] })
    await ensurePackages(docker, 'containers', debian12)
    expect(debian12.installed).to.deep.equal(['docker.io'])
  })

  it('Debian 13: the command has a package of its own', async () => {
    const debian13 = machine({ 'docker.io': ['dockerd'], 'docker-cli': ['docker'] })
    await ensurePackages(docker, 'containers', debian13)
    expect(debian13.installed).to.deep.equal(['docker.io', 'docker-cli'])
  })

  it('installs nothing where the programs are there', async () => {
    const whole = machine({}, ['dockerd', 'docker'])
    await ensurePackages(docker, 'containers', whole)
    expect(whole.installed).to.deep.equal([])
  })

  it('names what is still missing, and the packages that were tried', async () => {
    const failure = await ensurePackages(docker, 'containers', machine({ 'docker.io': ['dockerd'] })).catch(String)
    expect(failure).to.contain('docker is missing').and.to.contain('dpkg -L docker.io docker-cli')
  })
})

describe("a package's service", () => {
  async function stopped(systemd: boolean): Promise<string[]> {
    const ran: string[] = []
    const run = (command: string, args: string[]) => Promise.resolve(ran.push([command, ...args].join(' ')))
    await stopService('docker-registry.service', run, systemd)
    return ran
  }

  it('is ended and stays so where systemd runs', async () => {
    expect(await stopped(true)).to.deep.equal(['systemctl disable --now --quiet docker-registry.service'])
  })

  it('was never started elsewhere', async () => {
    expect(await stopped(false)).to.deep.equal([])
  })
})
