import type { DataSource, PublishedResult } from '@treadle/core'
import { fashionMnistInfo } from '@treadle/dataset'
import type { ModelDefinition } from '@treadle/model'
import type { TrainRequest } from '../run-directory/record.ts'

/** Whether the files are the full Fashion-MNIST, byte for byte, wherever they were found. */
export function isFullFashionMnist({ sha256 }: Pick<DataSource, 'sha256'>): boolean {
  const found = new Set(Object.values(sha256))
  return Object.values(fashionMnistInfo.files).every((file) => found.has(file.sha256))
}

/**
 * The published result that a run may be set beside: only on the same data, tested and validated on the same rows.
 */
export function comparableReference(
  { published }: Pick<ModelDefinition, 'published'>,
  source: Pick<DataSource, 'sha256'>,
  { validationSplit }: Pick<TrainRequest, 'validationSplit'>,
): PublishedResult | undefined {
  return validationSplit === undefined && isFullFashionMnist(source) ? published : undefined
}
