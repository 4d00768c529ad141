/**
 * An instruction is 32 words: its opcode, then operands in the order that `src/instructions.ts` gives. Addresses
 * and strides are bytes.
 */
export const RECORD_BYTES: usize = 128

// @ts-ignore: decorator
@inline
export function word(at: usize, index: usize): i32 {
  return load<i32>(at + (index << 2))
}

// @ts-ignore: decorator
@inline
export function address(at: usize, index: usize): usize {
  return <usize>load<u32>(at + (index << 2))
}

// @ts-ignore: decorator
@inline
export function real(at: usize, index: usize): f32 {
  return load<f32>(at + (index << 2))
}
