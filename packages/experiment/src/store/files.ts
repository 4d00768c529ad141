/** Names of a run's files in its store. */
export const RECORD = 'run.json'
export const HISTORY = 'history.jsonl'
export const PREDICTIONS = 'predictions.csv'
export const MODEL = 'model'
const CHECKPOINTS = 'checkpoints'

export type CheckpointName = 'last' | 'best'
export const checkpointFile = (name: CheckpointName) => `${CHECKPOINTS}/${name}.ckpt`

const RESULTS = [HISTORY, MODEL, CHECKPOINTS, PREDICTIONS, 'report.html', 'report.txt', 'report.md']

/** Whether a run wrote the top-level file or folder besides its record: what replacing a run may remove. */
export const isResult = (name: string): boolean => RESULTS.includes(name) || name.endsWith('.svg')
