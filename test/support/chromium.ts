import { existsSync } from 'node:fs'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** What a test's name or a message says where there is no Chromium. */
export const needsChromium = 'needs Chromium: Debian package `chromium`, or its path in CHROMIUM'

/**
 * The path of this machine's Chromium. Absent, tests are skipped and say so.
 * @throws Error where it is absent and CI is set: nothing is skipped there
 */
export function findChromium(): string | undefined {
  const chromium = [process.env['CHROMIUM'], ...places].find((path) => path && existsSync(path))
  if (chromium === undefined && process.env['CI']) throw new Error(`CI skips nothing, and ${needsChromium}`)
  return chromium
}

/** How to launch it: quiet, offline, and also as root and in a container without a GPU. */
export const launchOptions = (executablePath: string): { executablePath: string; args: string[] } => ({
  executablePath,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
    '--no-first-run',
  ],
})
