/** Names of a run's files in its store. */
export const RECORD = 'run.json'
export const HISTORY = 'history.jsonl'
export const PREDICTIONS = 'predictions.csv'
export const MODEL = 'model'

/** The folder of the model that a snapshot is, from 1. */
export const snapshotFolder = (number: number) => `snapshots/${number}`

export type CheckpointName = 'last' | 'best'
export const checkpointFile = (name: CheckpointName) => `checkpoints/${name}.ckpt`

/** The files besides its record that a run may write. */
export const RUN_FILES: readonly string[] = [
  HISTORY,
  checkpointFile('last'),
  checkpointFile('best'),
  `${MODEL}/model.json`,
  `${MODEL}/weights.bin`,
  PREDICTIONS,
  ...['html', 'txt', 'md'].map((format) => `report.${format}`),
  ...['accuracy', 'loss', 'mae', 'confusion-matrix', 'classes', 'reliability', 'mistakes', 'predictions'].map(
    (figure) => `${figure}.svg`,
  ),
]
