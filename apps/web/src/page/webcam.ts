import { element } from './dom.ts'
import { contextOf } from './images.ts'

/** An open webcam. */
export interface Webcam {
  /** Its picture, which a place of the page shows. */
  readonly video: HTMLVideoElement
  /** The square in the middle of the present picture. */
  frame(side: number): HTMLCanvasElement
  close(): void
}

/**
 * Opens a webcam. The browser asks the user.
 * @param ended is called when the camera ends by itself, such as when it is unplugged
 * @throws Error with a text for the user
 */
export async function openWebcam(ended: () => void): Promise<Webcam> {
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (!devices) throw new Error('This browser offers no webcam here: the page must come over HTTPS.')
  const stream = await devices
    .getUserMedia({ video: { width: { ideal: 640 }, facingMode: 'user' }, audio: false })
    .catch((error: Error) => {
      throw new Error(words(error), { cause: error })
    })
  const video = element('video', { 'aria-label': 'The picture of the webcam' })
  Object.assign(video, { muted: true, playsInline: true, srcObject: stream })
  for (const track of stream.getTracks()) track.addEventListener('ended', ended)
  await video.play()
  return {
    video,
    frame(side) {
      const canvas = element('canvas', { width: String(side), height: String(side) })
      const { videoWidth: width, videoHeight: height } = video
      const edge = Math.min(width, height)
      const [left, top] = [(width - edge) / 2, (height - edge) / 2]
      contextOf(canvas).drawImage(video, left, top, edge, edge, 0, 0, side, side)
      return canvas
    },
    close() {
      for (const track of stream.getTracks()) track.stop()
      video.srcObject = null
      video.remove()
    },
  }
}

function words({ name, message }: Error): string {
  if (name === 'NotAllowedError')
    return 'This page may not use the webcam. Allow it in the browser’s settings for this page, or add picture files.'
  if (name === 'NotFoundError' || name === 'OverconstrainedError')
    return 'No webcam was found. Connect one, or add picture files.'
  if (name === 'NotReadableError' || name === 'AbortError')
    return 'The webcam cannot be used: another program may have it open. Close that program, or add picture files.'
  return `The webcam cannot be used: ${message}`
}
