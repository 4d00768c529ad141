import type { Preprocessing } from '@treadle/core'

/** How images are prepared, in a line: "64×64 RGB, cropped, on black". */
export function preprocessingText(contract: Preprocessing): string {
  const { height, width, channels, fit, trim, invert, background, trainedOn } = contract
  const size = `${height}×${width} ${channels === 1 ? 'grey' : 'RGB'}`
  if (trainedOn === 'arrays') return `${size}, as they are`
  const fits = {
    crop: 'cropped',
    pad: 'padded',
    contain: 'padded with the colour of the border',
    stretch: 'stretched',
  }
  const colours: Readonly<Record<string, string>> = { '#000000': 'black', '#ffffff': 'white' }
  return [
    size,
    ...(trim ? ['margins removed'] : []),
    `${fits[fit]} to size`,
    `transparency on ${colours[background] ?? background}`,
    ...(invert ? ['inverted'] : []),
  ].join(', ')
}
