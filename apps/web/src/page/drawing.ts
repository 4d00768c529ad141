import { contextOf } from './images.ts'

const SIZE = 280
/** Pixels by which an arrow key moves the pen. */
const STEP = 10

/** A black canvas to draw on in white, by mouse, pen, finger or keyboard. */
export class Drawing {
  readonly canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D
  readonly #changed: () => void
  #pen = 22
  #at: readonly [number, number] = [SIZE / 2, SIZE / 2]
  #down = false
  #empty = true

  constructor(canvas: HTMLCanvasElement, changed: () => void) {
    this.canvas = canvas
    this.#context = contextOf(canvas)
    this.#changed = changed
    this.#context.lineCap = 'round'
    this.#context.lineJoin = 'round'
    this.clear()
    this.#listen()
  }

  get empty(): boolean {
    return this.#empty
  }

  set pen(width: number) {
    this.#pen = width
  }

  pixels(): ImageData {
    return this.#context.getImageData(0, 0, SIZE, SIZE)
  }

  clear(): void {
    this.#context.fillStyle = '#000'
    this.#context.fillRect(0, 0, SIZE, SIZE)
    this.#empty = true
  }

  /** Shows the whole image, centred. */
  show(picture: CanvasImageSource, width: number, height: number, smooth: boolean): void {
    this.clear()
    this.#empty = false
    const ratio = Math.min(SIZE / width, SIZE / height)
    this.#context.imageSmoothingEnabled = smooth
    this.#context.drawImage(
      picture,
      (SIZE - width * ratio) / 2,
      (SIZE - height * ratio) / 2,
      width * ratio,
      height * ratio,
    )
  }

  #listen(): void {
    const { canvas } = this
    const place = (event: PointerEvent): readonly [number, number] => {
      const box = canvas.getBoundingClientRect()
      return [
        ((event.clientX - box.left) / box.width) * SIZE,
        ((event.clientY - box.top) / box.height) * SIZE,
      ]
    }
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return
      canvas.setPointerCapture(event.pointerId)
      this.#at = place(event)
      this.#line(this.#at)
    })
    canvas.addEventListener('pointermove', (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return
      for (const one of event.getCoalescedEvents?.() ?? [event]) this.#line(place(one))
    })
    canvas.addEventListener('keydown', (event) => {
      const moves: Readonly<Record<string, readonly [number, number]>> = {
        ArrowLeft: [-STEP, 0],
        ArrowRight: [STEP, 0],
        ArrowUp: [0, -STEP],
        ArrowDown: [0, STEP],
      }
      const move = moves[event.key]
      if (event.key === ' ') {
        this.#down = !this.#down
        if (this.#down) this.#line(this.#at)
      } else if (move) {
        const next = [this.#at[0] + move[0], this.#at[1] + move[1]].map((value) =>
          Math.max(0, Math.min(SIZE, value)),
        ) as [number, number]
        if (this.#down) this.#line(next)
        else this.#at = next
      } else return
      event.preventDefault()
    })
  }

  #line(to: readonly [number, number]): void {
    const context = this.#context
    context.strokeStyle = '#fff'
    context.lineWidth = this.#pen
    context.beginPath()
    context.moveTo(...this.#at)
    context.lineTo(...to)
    context.stroke()
    this.#at = to
    this.#empty = false
    this.#changed()
  }
}
