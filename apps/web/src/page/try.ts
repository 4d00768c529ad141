import type { Remote } from 'comlink'
import type { Classified, DataSummary, EngineApi, Question } from '../engine/protocol.ts'
import { byId, element } from './dom.ts'
import { Drawing } from './drawing.ts'
import { messageOf, percent } from './format.ts'
import { contextOf, thumbnail } from './images.ts'
import type { Webcam } from './webcam.ts'

/** Images are reduced to this size before they go to the worker. */
const LARGEST = 512
/** Side of the webcam's picture, and milliseconds between two answers on it. */
const [LIVE, LIVE_EVERY] = [224, 100]

export interface Trial {
  /** Classifies the canvas again, with the network's new weights. */
  refresh(): void
  /** Shows a test image if the canvas is empty. */
  showSomething(): void
  setData(data: DataSummary): void
  /** Shows and classifies an image that was dropped, pasted or chosen. */
  take(file: Blob): Promise<void>
}

/**
 * The section for testing the network.
 * @param fail shows a message; an empty one hides it
 */
export function trial(
  engine: Pick<Remote<EngineApi>, 'classify' | 'featureMaps'>,
  fail: (message: string) => void,
): Trial {
  let data: DataSummary | undefined
  let question: Question | undefined
  let actual: string | undefined
  let asking = false
  let again = false
  const inside = byId<HTMLDetailsElement>('inside')
  const drawing = new Drawing(byId<HTMLCanvasElement>('draw'), () => {
    actual = undefined
    question = drawing.pixels()
    void update()
  })

  /** Asks one question at a time. Meanwhile only the latest one waits. */
  async function update(): Promise<void> {
    if (asking) {
      again = true
      return
    }
    asking = true
    try {
      do {
        again = false
        const asked = question
        const answer = asked && (await engine.classify(asked))
        // The canvas may have been cleared meanwhile.
        if (question && answer) {
          show(answer)
          await showInside(answer)
        }
      } while (again)
    } catch (error) {
      fail(messageOf(error))
    } finally {
      asking = false
    }
  }

  function show(answer: Classified): void {
    const [best] = answer.predictions
    if (!best) return
    const told =
      actual === undefined ? '' : actual === best.className ? ' Correct.' : ` The true class is ${actual}.`
    byId('try-answer').textContent =
      `${best.className}, ${percent(best.probability)}.${told}${(answer.distance ?? 0) > 1 ? ' The image is unlike the training images.' : ''}`
    const chances = new Map(answer.predictions.map(({ className, probability }) => [className, probability]))
    for (const bar of byId('bars').children) {
      const probability = chances.get((bar as HTMLElement).dataset['name'] ?? '') ?? 0
      bar.classList.toggle('best', (bar as HTMLElement).dataset['name'] === best.className)
      bar.querySelector<HTMLElement>('i')?.style.setProperty('--value', probability.toFixed(4))
      const amount = bar.querySelector('.amount')
      if (amount) amount.textContent = percent(probability)
    }
    drawSeen(answer.seen)
  }

  /** The maps of a convolutional network, while that part is open. */
  async function showInside(answer: Classified): Promise<void> {
    inside.hidden = answer.mapLayers.length === 0
    if (inside.hidden || !inside.open) return
    const { showFeatureMaps } = await import('./feature-maps.ts')
    await showFeatureMaps(answer, (input, layer) => engine.featureMaps(input, layer))
  }
  inside.addEventListener('toggle', () => void update())
  byId('map-layer').addEventListener('change', () => void update())

  let webcam: Webcam | undefined
  const live = byId<HTMLButtonElement>('live')
  function closeWebcam(): void {
    webcam?.close()
    webcam = undefined
    live.setAttribute('aria-pressed', 'false')
  }
  async function openLive(): Promise<void> {
    fail('')
    const { openWebcam } = await import('./webcam.ts')
    const opened = await openWebcam(closeWebcam)
    webcam = opened
    live.setAttribute('aria-pressed', 'true')
    const isOpen = () => webcam === opened
    while (isOpen()) {
      const frame = opened.frame(LIVE)
      drawing.show(frame, LIVE, LIVE, true)
      actual = undefined
      question = contextOf(frame).getImageData(0, 0, LIVE, LIVE)
      await update()
      await new Promise((resolve) => setTimeout(resolve, LIVE_EVERY))
    }
  }
  live.addEventListener('click', () => {
    if (webcam) return closeWebcam()
    void openLive().catch((error: unknown) => {
      closeWebcam()
      fail(messageOf(error))
    })
  })

  function clear(): void {
    closeWebcam()
    drawing.clear()
    question = undefined
    actual = undefined
    inside.hidden = true
    for (const bar of document.querySelectorAll<HTMLElement>('#bars i')) bar.style.setProperty('--value', '0')
    for (const amount of document.querySelectorAll('#bars .amount')) amount.textContent = ''
    byId('try-answer').textContent = 'Draw something.'
  }
  byId('clear').addEventListener('click', clear)
  byId<HTMLInputElement>('pen').addEventListener('input', ({ target }) => {
    drawing.pen = Number((target as HTMLInputElement).value)
  })
  function showTestImage(): void {
    if (!data) return
    closeWebcam()
    const row = Math.floor(Math.random() * data.test.count)
    actual = data.classNames[data.test.labels[row] ?? 0]
    drawing.show(thumbnail(data.test, row, ''), data.test.width, data.test.height, false)
    question = { row }
    void update()
  }
  byId('random').addEventListener('click', showTestImage)
  byId<HTMLInputElement>('picture').addEventListener('change', ({ target }) => {
    const input = target as HTMLInputElement
    const [file] = input.files ?? []
    if (file) void take(file)
    input.value = ''
  })

  async function take(file: Blob): Promise<void> {
    fail('')
    closeWebcam()
    const bitmap = await createImageBitmap(file).catch(() => undefined)
    if (!bitmap) {
      const name = file instanceof File && file.name ? file.name : 'The image'
      fail(
        `${name} cannot be decoded: it is damaged, or this browser does not support its format. Use a PNG or JPEG file.`,
      )
      return
    }
    const ratio = Math.min(1, LARGEST / Math.max(bitmap.width, bitmap.height))
    const canvas = element('canvas', {
      width: String(Math.max(1, Math.round(bitmap.width * ratio))),
      height: String(Math.max(1, Math.round(bitmap.height * ratio))),
    })
    const context = contextOf(canvas)
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    drawing.show(canvas, canvas.width, canvas.height, true)
    actual = undefined
    // The file itself, so that the answer is that of the command; the browser may read more formats. A name may not tell one.
    const readable = ['', ...['png', 'jpeg', 'webp', 'gif', 'bmp'].map((type) => `image/${type}`)].includes(
      file.type,
    )
    question = readable ? file : context.getImageData(0, 0, canvas.width, canvas.height)
    bitmap.close()
    await update()
  }

  return {
    refresh: () => void update(),
    showSomething() {
      if (drawing.empty) showTestImage()
    },
    setData(next) {
      // The same index means another image in other data.
      if (data !== next && question && 'row' in question) clear()
      data = next
      byId('bars').replaceChildren(
        ...next.classNames.map((name) =>
          element(
            'li',
            { 'data-name': name },
            element('span', {}, name),
            element('span', { class: 'track' }, element('i')),
            element('span', { class: 'amount' }),
          ),
        ),
      )
    },
    take,
  }
}

function drawSeen({ values, height, width, channels, scale, offset }: Classified['seen']): void {
  const canvas = byId<HTMLCanvasElement>('seen')
  canvas.width = width
  canvas.height = height
  const pixels = new ImageData(width, height)
  for (let i = 0; i < height * width; i++) {
    const at = (channel: number) =>
      ((values[i * channels + Math.min(channel, channels - 1)] as number) - offset) / scale
    pixels.data.set([at(0), at(1), at(2), 255], i * 4)
  }
  contextOf(canvas).putImageData(pixels, 0, 0)
}
