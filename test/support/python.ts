import { execFileSync } from 'node:child_process'

/** A Python with the packages of packages/trainer/scripts/requirements.txt. */
const python = process.env['TREADLE_PYTHON']

/** Suffix for the names of tests that need Python. In CI they fail without it and are not skipped. */
export const skipsWithoutPython = !python && process.env['CI'] !== 'true'
export const needsPython = skipsWithoutPython
  ? ' (skipped: TREADLE_PYTHON names no Python; see packages/trainer/scripts/README.md)'
  : ''

/** Whether a test that needs a module of Python is skipped. In CI it fails without it. */
export function skipsWithoutModule(name: string): boolean {
  if (process.env['CI'] === 'true') return false
  if (!python) return true
  try {
    execFileSync(python, ['-c', `import ${name}`], { stdio: 'ignore' })
    return false
  } catch {
    return true
  }
}

/** The backend of Keras. */
export const kerasBackend = process.env['KERAS_BACKEND'] ?? 'jax'

/** Runs a script of Python; what it prints on standard error is shown. Throws if it fails. */
export function runPython(script: string, ...parameters: string[]): void {
  if (!python) {
    throw new Error(
      'Set TREADLE_PYTHON to a Python that has packages/trainer/scripts/requirements.txt; see the README beside it.',
    )
  }
  const env = { ...process.env, KERAS_BACKEND: kerasBackend, PYTHONDONTWRITEBYTECODE: '1' }
  execFileSync(python, [script, ...parameters], { env, stdio: ['ignore', 'ignore', 'inherit'] })
}
