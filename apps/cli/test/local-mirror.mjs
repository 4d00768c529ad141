// Imported before the command: what it asks of the world is asked of MIRROR, a server on this machine.
const { fetch } = globalThis
globalThis.fetch = (address, init) => {
  const { protocol, pathname } = new URL(address)
  const there = protocol === 'https:' ? new URL(pathname.split('/').at(-1), process.env.MIRROR) : address
  return fetch(there, init)
}
