import { convolutionMethods } from '@treadle/kernels'
import type { Operation } from './schedule.ts'

const methodNames = new Map<number, string>([
  [convolutionMethods.direct, 'direct'],
  [convolutionMethods.winograd2, 'Winograd F(2×2)'],
  [convolutionMethods.winograd4, 'Winograd F(4×4)'],
])

/** How a convolution is computed; undefined for other instructions. */
export function methodOf({ operands }: Operation): string | undefined {
  const { method } = operands as { method?: number }
  return method === undefined ? undefined : methodNames.get(method)
}

/**
 * How the operands of an instruction lie in memory, borders and padding included: a feature map as rows × columns ×
 * floats of a pixel, other samples as rows × floats of a row.
 */
export function layoutOf({ operands }: Operation): string | undefined {
  const numbers = operands as unknown as Readonly<Record<string, unknown>>
  const number = (name: string): number | undefined => {
    const value = numbers[name]
    return typeof value === 'number' ? value : undefined
  }
  const parts = ['x', 'a', 'b', 'dy', 'y', 'dx'].flatMap((name) => {
    const [image, row, pixel] = [number(`${name}Image`), number(`${name}Row`), number(`${name}Pixel`)]
    if (image !== undefined && row !== undefined && pixel !== undefined)
      return [`${name} ${image / row}×${row / pixel}×${pixel / 4}`]
    const lines = number('lines')
    return row === undefined || lines === undefined ? [] : [`${name} ${lines}×${row / 4}`]
  })
  if (parts.length > 0) return parts.join(', ')
  const [row, lines] = [number('row'), number('lines')]
  return row === undefined || lines === undefined ? undefined : `${lines}×${row / 4}`
}
