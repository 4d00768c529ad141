import { type ImageDataset, escapeControls } from '@treadle/core'
import { describeDataset } from '@treadle/dataset'
import { datasetRecord, loadRunData } from '@treadle/experiment'
import { dataSection, formatBlocks, sampleImages } from '@treadle/report'
import type { Invocation } from '../../command.ts'
import type { definition } from './definition.ts'
import { textOptions } from '../../../terminal/text-options.ts'
import { type Ui, createUi, silent } from '../../../terminal/ui.ts'
import { dataOption } from '../../../arguments/options.ts'
import { readRecipe } from '../../../arguments/recipe.ts'
import { describeData, describeSource, loadData, sampleNotice } from '../../../data/load.ts'

export async function action({ args, given, context }: Invocation<typeof definition>): Promise<void> {
  const ui = createUi(args, context)
  const { cwd } = context
  const recipe = await readRecipe({ args, given: new Set([...given].filter((name) => name !== 'data')), cwd })
  const named = { ...recipe, data: { ...recipe.data, name: dataOption(args.data, cwd) } }
  // The findings are a part of the result.
  const data = await loadData((options) => loadRunData(named, options), silent(ui))
  const found = describeDataset(data)
  const outputs = found.outputs.map((name) => escapeControls(name))
  const { bold, dim } = ui.out.colors
  const lines = [
    bold(escapeControls(found.name)),
    ` ${describeData(data)}`,
    ` Source: ${describeSource(data)}`,
    '',
  ]
  if ('classNames' in data) lines.push(imagesText(data, ui))
  else lines.push(` Features  ${data.featureNames.join(', ')}`, ` Target    ${outputs.join(', ')}`)
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

/** The data section of a report: counts, samples and findings. */
function imagesText(data: ImageDataset, { out }: Ui): string {
  const { names, kind: _, ...images } = datasetRecord(data)
  const samples = sampleImages(data.train.count > 0 ? data.train : data.test)
  const section = dataSection({ images: { ...images, classNames: names, ...(samples && { samples }) } })
  return formatBlocks(section.blocks, textOptions(out))
}
