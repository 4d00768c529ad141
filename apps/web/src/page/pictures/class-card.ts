import type { PictureFile } from '../../engine/protocol.ts'
import { element } from '../dom.ts'
import { count } from '../format.ts'
import { droppedBy, kindOfFiles } from '../drop.ts'
import { droppedFiles } from './dropped-files.ts'
import { openWebcam, type Webcam } from '../webcam.ts'

/** Milliseconds between two recorded pictures. */
const EVERY = 100
/** Side of a recorded picture in pixels, as Teachable Machine's. */
const SIDE = 224
/** Thumbnails in a card. */
const MOST_SHOWN = 8

/** A class of pictures that are collected one by one. */
export class ClassCard {
  readonly root: HTMLElement
  readonly #name: HTMLInputElement
  readonly #count = element('small', { role: 'status' })
  readonly #shown = element('ul', { class: 'images', 'aria-hidden': 'true' })
  readonly #stage = element('div', { class: 'stage' })
  readonly #record = element('button', { type: 'button', class: 'button small' }, 'Webcam')
  readonly #changed: () => void
  readonly #fail: (error: unknown) => void
  #pictures: File[] = []
  #webcam: Webcam | undefined
  #timer: ReturnType<typeof setInterval> | undefined
  #recorded = 0

  /** @param remove is called by the card's own button */
  constructor(
    name: string,
    { changed, remove, fail }: { changed: () => void; remove: () => void; fail: (error: unknown) => void },
  ) {
    this.#changed = changed
    this.#fail = fail
    this.#name = element('input', { value: name, autocomplete: 'off', maxlength: '100' })
    this.#name.addEventListener('input', changed)
    const add = element('input', { type: 'file', multiple: '', accept: 'image/*', class: 'sr-only' })
    add.addEventListener('change', () => {
      this.add([...(add.files ?? [])])
      add.value = ''
    })
    const clear = element('button', { type: 'button', class: 'button small quiet-button' }, 'Empty')
    clear.addEventListener('click', () => {
      this.#pictures = []
      this.#show()
    })
    const away = element('button', { type: 'button', class: 'button small quiet-button' }, 'Remove')
    away.addEventListener('click', remove)
    this.root = element(
      'div',
      { class: 'class-card', role: 'group', 'aria-label': `Class ${name}` },
      element('label', {}, 'Name of the class', this.#name),
      this.#count,
      this.#shown,
      this.#stage,
      element(
        'div',
        { class: 'actions' },
        element('label', { class: 'button small' }, 'Add pictures', add),
        this.#record,
        clear,
        away,
      ),
    )
    this.#listen()
    this.#show()
  }

  get name(): string {
    return this.#name.value.trim()
  }

  get size(): number {
    return this.#pictures.length
  }

  add(files: readonly File[]): void {
    this.#pictures.push(...files)
    this.#show()
  }

  /** The pictures with their paths; equal names get a number. */
  files(): PictureFile[] {
    return this.#pictures.map((file, i) => ({
      path: `${this.name}/${String(i).padStart(5, '0')}-${file.name}`,
      file,
    }))
  }

  /** Closes the webcam. */
  close(): void {
    this.#stop()
    this.#webcam?.close()
    this.#webcam = undefined
    this.#stage.replaceChildren()
    this.#record.textContent = 'Webcam'
  }

  /** Takes pictures, and folders of them, that are dropped on the card. */
  async #take({ files, entries }: ReturnType<typeof droppedBy>): Promise<void> {
    const found = entries.length > 0 ? (await droppedFiles(entries)).map(({ file }) => file) : files
    this.add(found.filter(({ name }) => !name.startsWith('.')))
  }

  #listen(): void {
    const button = this.#record
    this.root.addEventListener('drop', (event) => {
      const dropped = droppedBy(event)
      const { files } = dropped
      if (button.matches(':disabled') || files.length === 0 || kindOfFiles(files) !== 'images') return
      event.preventDefault()
      void this.#take(dropped).catch(this.#fail)
    })
    button.addEventListener('click', () => {
      if (!this.#webcam) void this.#open().catch(this.#fail)
    })
    button.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || !this.#webcam) return
      // The button may move below the pointer as the card grows.
      button.setPointerCapture(event.pointerId)
      this.#start()
    })
    for (const end of ['pointerup', 'lostpointercapture', 'pointercancel', 'blur'])
      button.addEventListener(end, () => this.#stop())
    button.addEventListener('keydown', (event) => {
      if ((event.key !== ' ' && event.key !== 'Enter') || !this.#webcam) return
      event.preventDefault()
      this.#start()
    })
    button.addEventListener('keyup', () => this.#stop())
    button.addEventListener('contextmenu', (event) => event.preventDefault())
  }

  async #open(): Promise<void> {
    this.#record.disabled = true
    try {
      const webcam = await openWebcam(() => {
        this.close()
        this.#fail(new Error('The webcam has ended. The pictures that were recorded are kept.'))
      })
      this.#webcam = webcam
      const close = element('button', { type: 'button', class: 'button small' }, 'Close webcam')
      close.addEventListener('click', () => {
        this.close()
        this.#record.focus()
      })
      this.#stage.replaceChildren(webcam.video, close)
      this.#record.textContent = 'Hold to record'
    } finally {
      this.#record.disabled = false
    }
    this.#record.focus()
  }

  readonly #stopWhenHidden = (): void => {
    if (document.hidden) this.#stop()
  }

  #start(): void {
    if (this.#timer !== undefined) return
    this.#record.classList.add('recording')
    document.addEventListener('visibilitychange', this.#stopWhenHidden)
    const take = () => {
      const webcam = this.#webcam
      if (!webcam) return
      webcam.frame(SIDE).toBlob((blob) => {
        if (!blob) return
        this.#recorded++
        this.add([new File([blob], `webcam-${this.#recorded}.png`, { type: 'image/png' })])
      }, 'image/png')
    }
    take()
    this.#timer = setInterval(take, EVERY)
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    document.removeEventListener('visibilitychange', this.#stopWhenHidden)
    this.#record.classList.remove('recording')
  }

  #show(): void {
    const { length } = this.#pictures
    this.#count.textContent = `${count(length)} ${length === 1 ? 'picture' : 'pictures'}`
    this.#changed()
    void this.#showLast()
  }

  /** Thumbnails of the last pictures: drawn, as the page's policy allows no image from memory. */
  async #showLast(): Promise<void> {
    const last = this.#pictures.slice(-MOST_SHOWN)
    const drawn = await Promise.all(
      last.map(async (file) => {
        const bitmap = await createImageBitmap(file, { resizeHeight: 48 }).catch(() => undefined)
        const canvas = element('canvas', { width: '48', height: '48' })
        if (bitmap) canvas.getContext('2d')?.drawImage(bitmap, (48 - bitmap.width) / 2, 0)
        bitmap?.close()
        return element('li', {}, canvas)
      }),
    )
    if (last.at(-1) === this.#pictures.at(-1)) this.#shown.replaceChildren(...drawn)
  }
}
