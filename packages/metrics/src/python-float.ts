/** Writes floats as Python does, so that printed figures match character for character. */

/** |value| = mantissa · 2^exponent, exactly. `value` is finite. */
function decompose(value: number): { mantissa: bigint; exponent: number } {
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0] as bigint
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10000000000000n, exponent: biased - 1075 }
}

/**
 * `format(value, f'.{digits}f')`: the exact binary value rounded to `digits` decimals, ties to the even digit.
 * `Number.prototype.toFixed` rounds ties up (0.125 to 0.13, Python: 0.12) and stops at 100 digits.
 */
export function pythonFixed(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'nan'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  if (!Number.isFinite(value)) return `${sign}inf`
  const { mantissa, exponent } = decompose(value)
  const numerator = mantissa * 10n ** BigInt(digits) * (exponent > 0 ? 2n ** BigInt(exponent) : 1n)
  const denominator = exponent < 0 ? 2n ** BigInt(-exponent) : 1n
  let quotient = numerator / denominator
  const twice = (numerator % denominator) * 2n
  if (twice > denominator || (twice === denominator && quotient % 2n === 1n)) quotient++
  const text = quotient.toString().padStart(digits + 1, '0')
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** `repr(value)` of a Python float: the shortest digits that read back the same, with `.0` on whole numbers. */
export function pythonRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf'
  if (Object.is(value, -0)) return '-0.0'
  const [mantissa = '', exponentText = ''] = value.toExponential().split('e')
  const exponent = Number(exponentText)
  if (value !== 0 && (exponent < -4 || exponent >= 16))
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  // JavaScript itself leaves plain notation only below 1e-6 and from 1e21: between, it writes as Python does
  const plain =
    exponent < 0 ? value.toFixed(mantissa.replace(/[-.]/g, '').length - 1 - exponent) : String(value)
  return plain.includes('.') ? plain : `${plain}.0`
}

/** `text.rjust(width)`: Python counts code points. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - Array.from(text).length)) + text
}
