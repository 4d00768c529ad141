import type { LabelledImages } from '@treadle/core'
import type { ReliabilityBin } from '@treadle/metrics'

/*
 * The kinds of figures, as data. Every renderer draws every kind.
 */

interface FigureBase {
  /** Unique in the report: the name of its SVG file without the ending. */
  readonly name: string
  readonly title: string
  /** What the figure shows, in a sentence, for people who cannot see it. */
  readonly label: string
}

/** Values over the epochs, counted from 1. */
export interface Series {
  readonly name: string
  /** `run` and its `baseline`, or of several runs the index of one. */
  readonly owner: 'run' | 'baseline' | number
  /** Training values are running means; they are drawn weaker than validation. */
  readonly phase: 'training' | 'validation'
  readonly values: readonly number[]
}

export interface CurvesFigure extends FigureBase {
  readonly kind: 'curves'
  readonly series: readonly Series[]
  /** What is counted from left to right; epochs unless given. */
  readonly xLabel?: string
  /** Where the values lie on a logarithmic axis, rising and greater than 0; at 1, 2, 3 … on a linear one unless given. */
  readonly logX?: readonly number[]
  /** Places on the axis of `logX` that are marked, each with its name. */
  readonly marks?: readonly { readonly x: number; readonly name: string }[]
}

export interface Bar {
  readonly name: string
  /** In [0, 1]; NaN draws no bar. */
  readonly value: number
  /** The value as text. */
  readonly text: string
  /** Another value to compare with, in [0, 1]. */
  readonly mark?: number
}

export interface BarsFigure extends FigureBase {
  readonly kind: 'bars'
  readonly bars: readonly Bar[]
  /** What the marks mean; absent without marks. */
  readonly markName?: string
}

/** What a classifier answered on each test sample. Entry i of every field belongs to test sample i. */
export interface Answers {
  /** True class indices, shape [count]. */
  readonly labels: Int32Array
  /** Predicted class indices, shape [count]. */
  readonly predicted: Int32Array
  /** Probability of the predicted class, shape [count]. */
  readonly confidence: Float32Array
}

/** A confusion matrix, shape [classes, classes]: rows are true classes, columns predicted classes. */
export interface MatrixFigure extends FigureBase {
  readonly kind: 'matrix'
  readonly matrix: readonly (readonly number[])[]
  readonly classNames: readonly string[]
  /** The samples behind the counts. A renderer that can open a cell shows their images. */
  readonly answers?: Answers
}

export interface ReliabilityFigure extends FigureBase {
  readonly kind: 'reliability'
  readonly bins: readonly ReliabilityBin[]
  /** In [0, 1]. */
  readonly expectedCalibrationError: number
}

/** Predicted (y) against true values (x), shape [count] each; exact predictions lie on the diagonal. */
export interface ScatterFigure extends FigureBase {
  readonly kind: 'scatter'
  readonly x: Float32Array
  readonly y: Float32Array
  readonly xLabel: string
  readonly yLabel: string
}

export interface ParallelAxis {
  readonly name: string
  /** Marks by their place, in [0, 1] from the bottom. */
  readonly ticks: readonly { readonly at: number; readonly text: string }[]
}

export interface ParallelLine {
  readonly name: string
  /** Where the line crosses each axis, in [0, 1]; NaN where it does not. */
  readonly at: readonly number[]
  /** In [0, 1]: how good it is. Better lines are drawn stronger. */
  readonly strength: number
}

/** Lines across parallel axes: which values go with which result. */
export interface ParallelFigure extends FigureBase {
  readonly kind: 'parallel'
  readonly axes: readonly ParallelAxis[]
  readonly lines: readonly ParallelLine[]
}

export interface GalleryItem {
  /** Index of the test sample whose image is shown. */
  readonly sample: number
  readonly title: string
  readonly note: string
}

/** Test samples with their images, where there are images. */
export interface GalleryFigure extends FigureBase {
  readonly kind: 'gallery'
  readonly items: readonly GalleryItem[]
}

/** Images of each class as the network sees them: a row for each class that has any. */
export interface SamplesFigure extends FigureBase {
  readonly kind: 'samples'
  readonly classNames: readonly string[]
  /** In the order of the classes; see `sampleImages`. */
  readonly images: LabelledImages
}

export type Figure =
  | CurvesFigure
  | BarsFigure
  | MatrixFigure
  | ReliabilityFigure
  | ScatterFigure
  | ParallelFigure
  | GalleryFigure
  | SamplesFigure
