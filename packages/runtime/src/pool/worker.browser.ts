import type { ThreadSetup } from './mailbox.ts'
import { serve } from './thread.ts'

addEventListener(
  'message',
  (event: MessageEvent<ThreadSetup>) => void serve(event.data, (message) => postMessage(message)),
  {
    once: true,
  },
)
