export { run, runInstruction } from './sequencer'
export { meet, poison, sleep } from './barrier'
export { manifest } from './generated/records'

// Exported so that the optimizer leaves each a function of its own: V8 can compile it while others run.
export * from './generated/kernels'
export { paired } from './context'
export { strip2x16, strip4x16, strip1x16, strip4x8, strip1x8, strip4x4, strip1x4 } from './generated/tiles'
export { convolution2x16, convolution4x16, convolution4x8, convolution4x4 } from './generated/tiles'
