import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * Makes an authority, and a certificate and a key of a server on localhost.
 * @returns paths of their files
 */
export async function makeCertificates(folder: string) {
  const openssl = (...words: string[]) => promisify(execFile)('openssl', words, { cwd: folder })
  const [key, names] = ['-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes', 'names.cnf'].map((text) =>
    text.split(' '),
  ) as [string[], string[]]
  const authority = ['-keyout', 'authority.key', '-out', 'authority.crt', '-subj', '/CN=authority of a test']
  await openssl('req', '-x509', ...key, ...authority, '-addext', 'basicConstraints=critical,CA:TRUE')
  await openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost')
  await writeFile(join(folder, ...names), 'subjectAltName=DNS:localhost')
  const by = ['-CA', 'authority.crt', '-CAkey', 'authority.key', '-CAcreateserial', '-extfile', ...names]
  await openssl('x509', '-req', '-in', 'server.csr', ...by, '-out', 'server.crt')
  const [certificate, privateKey, own] = ['server.crt', 'server.key', 'authority.crt'].map((name) =>
    join(folder, name),
  ) as [string, string, string]
  return { certificate, privateKey, authority: own }
}
