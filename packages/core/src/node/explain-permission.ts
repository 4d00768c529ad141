/** What Node.js's permission model can deny, and the flag that allows it. */
const FLAGS: Readonly<Record<string, readonly [action: string, flag: string]>> = {
  FileSystemRead: ['read', '--allow-fs-read'],
  FileSystemWrite: ['write', '--allow-fs-write'],
  WorkerThreads: ['start worker threads', '--allow-worker'],
  ChildProcess: ['start processes', '--allow-child-process'],
  Net: ['use the network', '--allow-net'],
}

/**
 * What `node --permission` denied and which flag allows it, as sentences; undefined for any other error.
 * @example
 * explainPermission(error) // 'Node.js runs with --permission and may not read /data. Give node --allow-fs-read=/data.'
 */
export function explainPermission(error: unknown): string | undefined {
  const { code, permission, resource, message } = (error ?? {}) as Record<string, unknown>
  if (code !== 'ERR_ACCESS_DENIED') return undefined
  const known = FLAGS[String(permission)]
  if (known === undefined)
    return `Node.js runs with --permission: ${String(message).replace(/\.$/, '')}. Start node without it.`
  const [action, flag] = known
  const path = flag.startsWith('--allow-fs') && typeof resource === 'string' ? resource : ''
  return `Node.js runs with --permission and may not ${action}${path && ` ${path}`}. Give node ${flag}${path && `=${path}`}.`
}
