// The build makes one file of zod/mini without its languages, and lets the builds of all packages import it: see tsdown.base.ts.
export * from 'zod/mini'
