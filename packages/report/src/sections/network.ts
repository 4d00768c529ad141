import { checkShape } from '../refuse.ts'
import { modelShape } from '../shapes.ts'
import type { Table } from '../blocks.ts'
import type { ModelSummary } from '../run-report.ts'
import { grouped, shape } from '../words.ts'
import type { SectionDefinition } from './section.ts'

export const network: SectionDefinition = {
  id: 'network',
  title: 'Network',
  blocks: ({ report }) => [layersTable(report.model), { kind: 'prose', text: parametersText(report.model) }],
}

/** The layers with output shapes and parameters. */
export function layersTable(model: ModelSummary): Table {
  checkShape('layersTable', 'model', model, modelShape)
  const { layers } = model
  return {
    kind: 'table',
    title: 'Layers',
    columns: [
      { heading: 'layer', align: 'left' },
      { heading: 'type', align: 'left' },
      { heading: 'output', align: 'left' },
      { heading: 'parameters', align: 'right' },
      { heading: 'inputs', align: 'left' },
    ],
    rows: layers.map(({ name, type, outputShape, parameters, connectedTo }) => [
      name,
      type,
      shape(outputShape),
      grouped(parameters),
      { text: connectedTo.join(', '), tone: 'quiet' },
    ]),
  }
}

export function parametersText({ parameters: { total, trainable, nonTrainable } }: ModelSummary): string {
  return `${grouped(total)} parameters: ${grouped(trainable)} trainable, ${grouped(nonTrainable)} not trainable.`
}
