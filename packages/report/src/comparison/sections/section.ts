import type { Block } from '../../blocks.ts'
import type { ComparisonAnalysis } from '../analysis.ts'

/** A part of a comparison: its name, and how runs are described in it. */
export interface ComparisonSection {
  /** Unique in the comparison; fit for an anchor. */
  readonly id: string
  readonly title: string
  /** The content; without any block the section is left out. */
  readonly blocks: (comparison: ComparisonAnalysis) => readonly Block[]
}
