import type { RunLogger } from '@treadle/experiment/loggers'
import type { Arg } from './args.ts'

/** Writes runs for other programs. */
export const logArg = {
  type: 'string',
  repeats: true,
  valueHint: 'NAME[=TARGET]',
  description:
    'Also write the run for another program. tensorboard[=DIR]: event files in the run directory, or in DIR/RUN. mlflow[=URL]: a tracking server ' +
    'at URL or MLFLOW_TRACKING_URI. May be repeated',
} as const satisfies Arg

/**
 * The loggers that `--log` names, imported only then: they encode pictures and messages.
 * @throws TreadleError `EXPERIMENT_UNKNOWN_LOGGER`, `EXPERIMENT_BAD_LOGGER`
 */
export async function loggersOf(words: readonly string[], cwd: string): Promise<readonly RunLogger[]> {
  if (words.length === 0) return []
  const { runLogger } = await import('@treadle/experiment/loggers')
  return words.map((word) => runLogger(word, cwd))
}
