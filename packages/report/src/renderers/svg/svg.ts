import type { Block } from '../../blocks.ts'
import { type ReportDocument, documentOf } from '../../document.ts'
import type { RunReport } from '../../run-report.ts'
import { standaloneSvg, svgFile } from './chart.ts'
import { drawGallery } from './gallery.ts'

/**
 * Draw every figure of a report.
 * @returns standalone SVG files by name: `accuracy.svg`, `loss.svg`, `confusion-matrix.svg` …
 * @throws TreadleError `REPORT_BAD_INPUT` where the report's shapes disagree
 */
export function renderReportSvgs(report: RunReport | ReportDocument): Record<string, string> {
  const { sections, images } = documentOf(report)
  const file = (block: Block): [name: string, svg: string][] => {
    switch (block.kind) {
      case 'curves':
      case 'bars':
      case 'matrix':
      case 'reliability':
      case 'scatter':
      case 'parallel':
      case 'samples':
        return [[`${block.name}.svg`, standaloneSvg(block)]]
      case 'gallery':
        return [[`${block.name}.svg`, svgFile(block.label, drawGallery(block, images))]]
      default:
        return []
    }
  }
  return Object.fromEntries(sections.flatMap(({ blocks }) => blocks.flatMap(file)))
}
