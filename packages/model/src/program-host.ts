import { activeRuntime, holdRuntime, kernelHost } from '@treadle/runtime'
import type { KernelHost, Runtime, WasmBinaries } from '@treadle/runtime'

/** Where a compiled program runs. */
export interface ProgramHostOptions {
  /** Default: without `threads` the active runtime, if there is one. */
  readonly runtime?: Runtime | undefined
  /** Threads of a memory of its own. Default: 1. */
  readonly threads?: 'auto' | number | undefined
  readonly binaries?: WasmBinaries | undefined
}

/** Memory and threads for one program until `release`. */
export interface HeldHost {
  readonly host: KernelHost
  release(): Promise<void>
}

interface SharedHost {
  users: number
  readonly host: Promise<KernelHost>
}

/** Hosts without a runtime, by their number of threads: an engine can reserve only a few hundred memories. */
const sharedHosts = new Map<'auto' | number, SharedHost>()

/**
 * Holds the memory and the threads of a runtime, or else of a host that all programs with the same number of threads
 * share. They end when the last user has released them.
 *
 * @throws TreadleError `RUNTIME_DISPOSED`, `RUNTIME_THREAD_FAILED`, `RUNTIME_BAD_OPTION`, `KERNELS_NOT_LOADED`
 */
export async function holdHost(options: ProgramHostOptions): Promise<HeldHost> {
  const { threads, binaries } = options
  const runtime = options.runtime ?? (threads === undefined ? activeRuntime() : undefined)
  if (runtime !== undefined) return holdRuntimeHost(runtime)
  const { kernels, sharedKernels } = binaries ?? {}
  if (kernels === undefined && sharedKernels === undefined) return holdSharedHost(threads ?? 1)
  const host = await kernelHost(undefined, { threads, kernels, sharedKernels })
  return { host, release: () => host.dispose() }
}

async function holdRuntimeHost(runtime: Runtime): Promise<HeldHost> {
  const release = holdRuntime(runtime)
  try {
    return { host: await kernelHost(runtime), release }
  } catch (error) {
    await release()
    throw error
  }
}

async function holdSharedHost(threads: 'auto' | number): Promise<HeldHost> {
  const shared = sharedHosts.get(threads) ?? { users: 0, host: kernelHost(undefined, { threads }) }
  sharedHosts.set(threads, shared)
  shared.users++
  let released = false
  const release = async (): Promise<void> => {
    if (released) return
    released = true
    shared.users--
    if (shared.users > 0) return
    if (sharedHosts.get(threads) === shared) sharedHosts.delete(threads)
    await shared.host.then((host) => host.dispose())
  }
  try {
    return { host: await shared.host, release }
  } catch (error) {
    // A start that failed is tried again by the next user.
    sharedHosts.delete(threads)
    throw error
  }
}
