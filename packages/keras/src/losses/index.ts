export { findLoss } from './find-loss.ts'
export { losses, type LossDescription, type LossName } from './losses.ts'
