/** A module of its own, so that a bundle loads it when it is needed. */
export { default } from './model.json' with { type: 'json' }
