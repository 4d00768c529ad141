import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const ip = async (...words: string[]): Promise<void> => void (await promisify(execFile)('ip', words))

/** The words that run a program in a network namespace. */
export const inNamespace = (name: string) => ['ip', 'netns', 'exec', name] as const

/**
 * Two network namespaces with a link between them, as two machines with a cable. Needs root on Linux, iproute2 and
 * iptables.
 */
export class TwoNetworks {
  readonly names: readonly [string, string]
  readonly addresses = ['10.213.0.1', '10.213.0.2'] as const

  private constructor() {
    this.names = [`treadle-a-${process.pid}`, `treadle-b-${process.pid}`]
  }

  static async make(): Promise<TwoNetworks> {
    const networks = new TwoNetworks()
    const { names, addresses } = networks
    try {
      for (const name of names) await ip('netns', 'add', name)
      const [first, second] = names
      await ip('link', 'add', LINK, 'netns', first, 'type', 'veth', 'peer', 'name', LINK, 'netns', second)
      for (const [i, name] of names.entries()) {
        await ip('-n', name, 'address', 'add', `${addresses[i]}/24`, 'dev', LINK)
        await ip('-n', name, 'link', 'set', 'lo', 'up')
        await ip('-n', name, 'link', 'set', LINK, 'up')
      }
      return networks
    } catch (error) {
      await networks.remove()
      throw error
    }
  }

  /** No packet passes any more, and neither side gets a sign: nothing is refused or reset. */
  async cut(): Promise<void> {
    for (const name of this.names) await this.#drop('-A', name)
  }

  async mend(): Promise<void> {
    for (const name of this.names) await this.#drop('-D', name)
  }

  /** As a cable that is pulled out of one machine, which notices it. */
  async unplug(): Promise<void> {
    await ip('-n', this.names[1], 'link', 'set', LINK, 'down')
  }

  async plugIn(): Promise<void> {
    await ip('-n', this.names[1], 'link', 'set', LINK, 'up')
  }

  /** Also removes the link. Programs that run in the namespaces keep them until they end. */
  async remove(): Promise<void> {
    for (const name of this.names) await ip('netns', 'delete', name).catch(() => {})
  }

  async #drop(action: '-A' | '-D', name: string): Promise<void> {
    const rule = ['iptables', '-w', action, 'INPUT', '-i', LINK, '-j', 'DROP']
    await ip(...inNamespace(name).slice(1), ...rule)
  }
}

/** The name of each end of the link. */
const LINK = 'cable'
