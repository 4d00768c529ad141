import { jsonText } from '@treadle/core'

/**
 * Configuration or metadata as JSON.
 * @throws TreadleError `MODEL_NOT_FINITE`
 */
export function exportedJson(value: unknown): string {
  return jsonText(value, {
    operation: 'Exporting a model',
    code: 'MODEL_NOT_FINITE',
    advice: 'Give a finite number, or leave the field out.',
  })
}
