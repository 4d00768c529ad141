/** The same as in platform.node.ts: a browser reads no `file:` address. */
export { fetchBytes as readBytes } from './fetch-bytes.ts'
