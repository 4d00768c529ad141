import { show } from '@treadle/core'
import { checkShape, refuse } from './refuse.ts'
import { blockShapes, figureShape } from './shapes.ts'
import type { Figure } from './figures.ts'

/*
 * What a section consists of. Plain data: it passes to another thread as it is.
 * Each renderer has one function for each kind.
 */

/** A label and its value, both plain text. */
export type Fact = readonly [label: string, value: string]

/** A paragraph. */
export interface Prose {
  readonly kind: 'prose'
  readonly text: string
}

export interface Facts {
  readonly kind: 'facts'
  readonly facts: readonly Fact[]
}

/** An ordered list of sentences. */
export interface List {
  readonly kind: 'list'
  readonly title: string
  readonly items: readonly string[]
}

/** Text in a fixed form, such as a command line. */
export interface Code {
  readonly kind: 'code'
  readonly text: string
}

export interface Column {
  readonly heading: string
  /** A heading for where the first does not fit. */
  readonly short?: string
  /** Neighbouring columns of the same group stand under one common heading. */
  readonly group?: string
  readonly align: 'left' | 'right'
  /** Whether its cells are sentences, which are broken into lines where there is no room. */
  readonly sentences?: boolean
}

/** `better` and `worse` than the baseline; `quiet` for what only accompanies other values. */
export type Tone = 'better' | 'worse' | 'quiet'

export type Cell = string | { readonly text: string; readonly tone: Tone }

/** A table. The first cell of each row names it. */
export interface Table {
  readonly kind: 'table'
  readonly title: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
  /** Rows of totals and averages, set apart from the others. */
  readonly totals?: readonly (readonly Cell[])[]
  /** The table in a fixed plain-text form, which text and Markdown show in its place. */
  readonly plainText?: string
}

export type Block = Prose | Facts | List | Code | Table | Figure

/** One part of a report. */
export interface Section {
  /** Unique in the report; fit for an anchor. */
  readonly id: string
  readonly title: string
  readonly blocks: readonly Block[]
}

/** One function for each kind of block. */
export type BlockRenderer<Out> = {
  readonly [Kind in Block['kind']]: (block: Extract<Block, { readonly kind: Kind }>) => Out
}

const isWords = (cell: Cell) =>
  typeof (typeof cell === 'object' && cell !== null ? cell.text : cell) === 'string'

/** @throws TreadleError `REPORT_BAD_INPUT` for anything but a block of a known kind with its fields */
export function checkBlock(block: Block): void {
  const operation = 'Drawing a block'
  checkShape(operation, 'block', block, { kind: 'string' })
  const { kind } = block
  if (!Object.hasOwn(blockShapes, kind))
    refuse(operation, `\`kind\` (=${show(kind)}) must be one of ${Object.keys(blockShapes).join(', ')}.`)
  const isFigure = !['prose', 'facts', 'list', 'code', 'table'].includes(kind)
  checkShape(operation, kind, block, { ...blockShapes[kind], ...(isFigure && figureShape) })
  if (kind === 'table' && ![block.rows, block.totals ?? []].flat(2).every(isWords))
    refuse(operation, 'each cell of a table must be a string or { text, tone }.')
}

/**
 * Calls the function for the block's kind.
 * @throws TreadleError `REPORT_BAD_INPUT`
 */
export function renderBlock<Out>(renderer: BlockRenderer<Out>, block: Block): Out {
  checkBlock(block)
  return (renderer[block.kind] as (block: Block) => Out)(block)
}

export const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text)
export const toneOf = (cell: Cell): Tone | undefined => (typeof cell === 'string' ? undefined : cell.tone)
