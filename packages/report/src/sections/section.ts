import type { RunAnalysis } from '../analysis/run.ts'
import type { Block } from '../blocks.ts'

/** A part of the report: its name, and how a run is described in it. */
export interface SectionDefinition {
  /** Unique in the report; fit for an anchor. */
  readonly id: string
  readonly title: string
  /** The content; without any block the section is left out. */
  readonly blocks: (run: RunAnalysis) => readonly Block[]
}
