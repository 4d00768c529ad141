import type { DataSource, PublishedResult } from '@treadle/core'
import { fashionMnistInfo } from '@treadle/dataset'
import type { ModelDefinition } from '@treadle/model'
import type { Recipe } from '../recipe/schema.ts'

/** Whether the files are the full Fashion-MNIST, byte for byte, wherever they come from. */
export function isFullFashionMnist({ sha256 }: Pick<DataSource, 'sha256'>): boolean {
  const found = new Set(Object.values(sha256))
  return Object.values(fashionMnistInfo.files).every((file) => found.has(file.sha256))
}

/** The published result that a run may be compared with: on the same data, validated and tested on the same samples. */
export function comparableBaseline(
  { published }: Pick<ModelDefinition, 'published'>,
  source: Pick<DataSource, 'sha256'>,
  { data }: Recipe,
): PublishedResult | undefined {
  return data.validation === 'test' && isFullFashionMnist(source) ? published : undefined
}
