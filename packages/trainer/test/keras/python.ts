import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kerasBackend, runPython } from '../../../../test/support/python.ts'

const script = fileURLToPath(new URL('../../scripts/keras_trace.py', import.meta.url))
const build = new URL('../../build/keras/', import.meta.url)

/** Runs `keras_trace.py steps` on an input, unless build/ has its output already. Takes some seconds. */
export function kerasSteps(input: Uint8Array): Uint8Array {
  const key = createHash('sha256').update(input).update(readFileSync(script)).digest('hex').slice(0, 16)
  const output = new URL(`steps-${kerasBackend}-${key}.safetensors`, build)
  if (!existsSync(output)) {
    mkdirSync(build, { recursive: true })
    withFiles([input], ([path]) => runPython(script, 'steps', path as string, fileURLToPath(output)))
  }
  return readFileSync(output)
}

/** Runs `keras_trace.py losses` on some inputs and writes its output to `output`. Takes minutes. */
export function kerasLosses(inputs: readonly Uint8Array[], output: string): void {
  withFiles(inputs, (paths) => runPython(script, 'losses', output, ...paths))
}

function withFiles(inputs: readonly Uint8Array[], use: (paths: string[]) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'treadle-keras-'))
  try {
    use(
      inputs.map((input, index) => {
        const path = join(folder, `${index}.safetensors`)
        writeFileSync(path, input)
        return path
      }),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}
