import type { PictureValues } from '../picture.ts'

/** The weighted sums of rows along the rows and then along the columns, in float64, in the order of the pixels. */
export interface Sums {
  /**
   * Adds rows.
   * @param stride values from one row to the next; the first row begins at `start`
   */
  add(rows: PictureValues, stride: number, start: number, count: number): void
  /** Writes the sums that are not written yet, after the last row. */
  finish(): void
}
