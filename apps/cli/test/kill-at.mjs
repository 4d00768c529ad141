// Loaded with `--import`: kills its process (SIGKILL) at the file operation KILL_AT (from 1) on what lies below
// KILL_ROOT, before it, or half-way through what it writes. KILL_LOG=FILE lists the operations. Promises, callbacks,
// synchronous calls and streams count.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const at = Number(process.env.KILL_AT ?? -1)
const root = process.env.KILL_ROOT
const log = process.env.KILL_LOG
const { appendFileSync, writeSync } = fs
const promises = fs.promises
let count = 0

function die() {
  process.kill(process.pid, 'SIGKILL')
  for (;;);
}

/** Counts an operation; at the chosen one, does `half` of it and ends the process. */
function step(what, path, half) {
  count++
  if (log) appendFileSync(log, `${[what, path].join(' ')}\n`)
  if (count !== at) return
  half?.()
  die()
}

const inRoot = (path) => typeof path === 'string' && path.startsWith(root)
const bytesOf = (data, encoding) =>
  typeof data === 'string' ? Buffer.from(data, typeof encoding === 'string' ? encoding : 'utf8') : data
function writeHalf(fd, data, encoding) {
  const bytes = bytesOf(data, encoding)
  if (ArrayBuffer.isView(bytes)) writeSync(fd, bytes, 0, bytes.byteLength >> 1)
}

// By path.
const byPath = [
  'rename',
  'rm',
  'rmdir',
  'unlink',
  'mkdir',
  'mkdtemp',
  'copyFile',
  'cp',
  'link',
  'symlink',
  'truncate',
  'utimes',
]
const byContent = ['writeFile', 'appendFile']
for (const name of [...byPath, ...byContent]) {
  for (const [owner, key] of [
    [promises, name],
    [fs, name],
    [fs, `${name}Sync`],
  ]) {
    const original = owner[key]
    if (original === undefined) continue
    owner[key] = function (path, ...rest) {
      if (inRoot(path)) step(key, path)
      return original.call(this, path, ...rest)
    }
  }
}

// By descriptor: of callbacks, synchronous calls and streams, which use them.
const paths = new Map()
const { open, openSync } = fs
fs.open = (path, ...rest) => {
  const done = rest.pop()
  if (inRoot(path)) step('open', path)
  return open(path, ...rest, (error, fd) => {
    if (!error && inRoot(path)) paths.set(fd, path)
    done(error, fd)
  })
}
fs.openSync = (path, ...rest) => {
  if (inRoot(path)) step('openSync', path)
  const fd = openSync(path, ...rest)
  if (inRoot(path)) paths.set(fd, path)
  return fd
}
for (const name of ['write', 'writev', 'fsync', 'fdatasync', 'ftruncate', 'close']) {
  for (const key of [name, `${name}Sync`]) {
    const original = fs[key]
    fs[key] = function (fd, ...rest) {
      if (paths.has(fd)) step(key, paths.get(fd), () => name === 'write' && writeHalf(fd, rest[0], rest[1]))
      if (name === 'close') paths.delete(fd)
      return original.call(this, fd, ...rest)
    }
  }
}

// By file handle.
const handles = new WeakMap()
const openHandle = promises.open
const probe = await openHandle.call(promises, process.execPath, 'r')
const prototype = Object.getPrototypeOf(probe)
await probe.close()
promises.open = async function (path, ...rest) {
  if (inRoot(path)) step('open', path)
  const handle = await openHandle.call(this, path, ...rest)
  if (inRoot(path)) handles.set(handle, path)
  return handle
}
for (const name of ['write', 'writev', 'writeFile', 'appendFile', 'sync', 'datasync', 'truncate', 'close']) {
  const original = prototype[name]
  prototype[name] = function (...rest) {
    if (handles.has(this))
      step(name, handles.get(this), () => name.startsWith('write') && writeHalf(this.fd, ...rest))
    return original.apply(this, rest)
  }
}
syncBuiltinESMExports()
