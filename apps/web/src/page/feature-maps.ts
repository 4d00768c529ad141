import type { Classified, FeatureMaps } from '../engine/protocol.ts'
import { byId, element } from './dom.ts'
import { count } from './format.ts'
import { drawSigned } from './images.ts'

/** Maps shown of a layer: as many as a person looks through. */
const MOST_MAPS = 64

/**
 * Shows what a layer of the network puts out for an image, one map for each of its channels.
 * @param answer the answer on the image
 * @param ask asks the worker
 */
export async function showFeatureMaps(
  { mapLayers, seen }: Classified,
  ask: (input: Float32Array, layer: string) => Promise<FeatureMaps | undefined>,
): Promise<void> {
  const choice = byId<HTMLSelectElement>('map-layer')
  offer(choice, mapLayers)
  const layer = choice.value
  const maps = await ask(seen.values, layer)
  // Another layer may have been chosen meanwhile.
  if (!maps || choice.value !== layer) return
  const { values, height, width, kind } = maps
  const size = height * width
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12)
  const shown = Math.min(maps.count, MOST_MAPS)
  byId('maps-note').textContent =
    `${kind}: ${count(maps.count)} maps of ${height} × ${width}${shown < maps.count ? `, of which these are the first ${shown}` : ''}. Blue: positive. Orange: negative. Black: near zero.`
  byId('maps').replaceChildren(
    ...Array.from({ length: shown }, (_, i) => {
      const canvas = element('canvas', { role: 'img', 'aria-label': `Map ${i + 1} of ${layer}` })
      drawSigned(canvas, values.subarray(i * size, (i + 1) * size), { width, height }, scale)
      return element('li', {}, canvas)
    }),
  )
}

/** Fills a list of layers; one that was chosen remains if it is among them. */
function offer(choice: HTMLSelectElement, layers: readonly string[]): void {
  if ([...choice.options].map(({ value }) => value).join() === layers.join()) return
  const before = choice.value
  choice.replaceChildren(...layers.map((name) => element('option', {}, name)))
  if (layers.includes(before)) choice.value = before
}
