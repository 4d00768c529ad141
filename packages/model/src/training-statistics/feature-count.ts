/** Cells on each side of a picture. */
export const GRID = 4
export const CELLS = GRID * GRID
/** Of the histogram of brightness. */
export const BINS = 8
export const GREY_FEATURES = 2 * CELLS + BINS

/** The number of features of a picture: 40 for grey, 44 for RGB. */
export const featureCount = (channels: number): number => GREY_FEATURES + (channels === 3 ? 4 : 0)
