import { escapeControls } from '@treadle/core'
import { describeDataset } from '@treadle/dataset'
import { loadRunData } from '@treadle/experiment'
import type { Invocation } from '../../command.ts'
import type { definition } from './definition.ts'
import { count } from '../../../terminal/format.ts'
import { createUi } from '../../../terminal/ui.ts'
import { dataOption } from '../../../arguments/options.ts'
import { readRecipe } from '../../../arguments/recipe.ts'
import { describeData, describeSource, loadData, sampleNotice } from '../../../data/load.ts'

export async function action({ args, given, context }: Invocation<typeof definition>): Promise<void> {
  const ui = createUi(args, context)
  const { cwd } = context
  const recipe = await readRecipe({ args, given: new Set([...given].filter((name) => name !== 'data')), cwd })
  const named = { ...recipe, data: { ...recipe.data, name: dataOption(args.data, cwd) } }
  const data = await loadData((options) => loadRunData(named, options), ui)
  const found = describeDataset(data)
  const outputs = found.outputs.map((name) => escapeControls(name))
  const { bold, dim } = ui.out.colors
  const lines = [
    bold(escapeControls(found.name)),
    ` ${describeData(data)}`,
    ` Source: ${describeSource(data)}`,
    '',
  ]
  if (found.features === undefined) {
    const width = Math.max(...outputs.map((name) => name.length))
    for (const [label, name] of outputs.entries()) {
      const counts = [found.train, found.test].map(({ classCounts }) => count(classCounts?.[label] ?? 0))
      lines.push(` ${name.padEnd(width)}  ${dim(`${counts[0]} training, ${counts[1]} test`)}`)
    }
  } else {
    lines.push(` Features  ${found.features.join(', ')}`, ` Target    ${outputs.join(', ')}`)
  }
  if (Object.keys(found.source.sha256).length > 0) {
    lines.push('', dim(' SHA-256 of the unpacked files'))
    const sums = Object.entries(found.source.sha256)
    const beside = sums.every(([file, sum]) => file.length + sum.length + 3 <= ui.out.columns)
    for (const [file, sum] of sums) {
      const name = escapeControls(file)
      lines.push(...(beside ? [` ${dim(sum)}  ${name}`] : [` ${name}`, `   ${dim(sum)}`]))
    }
  }
  ui.result(`${lines.join('\n')}\n${sampleNotice(data, ui) ?? ''}`, () => found)
}
