/** tfjs's number for float32 in its C++. */
export const FLOAT32 = 0
