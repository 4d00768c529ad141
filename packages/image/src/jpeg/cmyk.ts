/**
 * Converts CMYK samples as JPEG files store them, inverted, to RGB: each colour is multiplied by black, in Pillow's rounding.
 * @param samples 4 bytes a pixel
 * @returns 3 bytes a pixel
 */
export function cmykToRgb(samples: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((samples.length / 4) * 3)
  let to = 0
  for (let from = 0; from < samples.length; from += 4) {
    const light = samples[from + 3]!
    for (let colour = 0; colour < 3; colour++) {
      const product = (255 - samples[from + colour]!) * light + 128
      rgb[to++] = light - (((product >> 8) + product) >> 8)
    }
  }
  return rgb
}
