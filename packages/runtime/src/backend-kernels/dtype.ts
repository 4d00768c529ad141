/** The code of float32 in tfjs's C++ code. */
export const FLOAT32 = 0
