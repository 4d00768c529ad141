import type { PublishedResult } from '@treadle/core'

/** Precision, recall, F1 and support by class, as printed: two decimals. */
const classes = [
  [0.8, 0.86, 0.83, 1000],
  [0.99, 0.96, 0.97, 1000],
  [0.78, 0.84, 0.81, 1000],
  [0.83, 0.92, 0.87, 1000],
  [0.77, 0.85, 0.81, 1000],
  [0.97, 0.96, 0.97, 1000],
  [0.8, 0.5, 0.62, 1000],
  [0.94, 0.95, 0.94, 1000],
  [0.96, 0.97, 0.97, 1000],
  [0.95, 0.96, 0.96, 1000],
] as const

/**
 * What a course report (spring 2025) printed for `wide-and-deep` in Keras: Fashion-MNIST, 10 epochs, batch size 32,
 * Adam, the test set as validation set. Fractions.
 */
export const wideAndDeepPublishedResult: PublishedResult = {
  name: 'Keras, course report 2025',
  history: {
    accuracy: [0.7631, 0.8523, 0.8669, 0.8725, 0.8793, 0.8825, 0.886, 0.8882, 0.8865, 0.8903],
    loss: [0.6698, 0.407, 0.3725, 0.3513, 0.3353, 0.3253, 0.3143, 0.3103, 0.3097, 0.3015],
    val_accuracy: [0.844, 0.8654, 0.8712, 0.8727, 0.8789, 0.8726, 0.875, 0.8665, 0.8807, 0.8786],
    val_loss: [0.4229, 0.3879, 0.3691, 0.3669, 0.3537, 0.3616, 0.3441, 0.3773, 0.337, 0.3489],
  },
  classes: classes.map(([precision, recall, f1, support]) => ({ precision, recall, f1, support })),
  accuracy: 0.8786,
}
