import { expose } from 'comlink'
import { config } from 'zod/mini'
import { Engine } from './engine.ts'

// zod would compile its checks, which the page's policy forbids.
config({ jitless: true })

expose(new Engine())
