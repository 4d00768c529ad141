import { expose } from 'comlink'
import { config } from 'zod'
import { Engine } from './engine.ts'

// The model package checks files with zod, which would try to compile its checks; the page's policy forbids that.
config({ jitless: true })

expose(new Engine())
