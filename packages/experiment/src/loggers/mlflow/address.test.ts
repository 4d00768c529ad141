import { expect, test } from 'vitest'
import { addressOf } from './address.ts'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

test.each([
  ['http://host:5000', {}, 'http://host:5000', undefined, 'treadle'],
  [
    'https://host/mlflow/',
    { MLFLOW_TRACKING_TOKEN: 't', MLFLOW_EXPERIMENT_NAME: 'mine' },
    'https://host/mlflow',
    'Bearer t',
    'mine',
  ],
  ['http://ann:p%40ss@host', { MLFLOW_TRACKING_TOKEN: 't' }, 'http://host', basic('ann:p@ss'), 'treadle'],
  ['http://ann:p%ss@host?x=1#y', {}, 'http://host', basic('ann:p%ss'), 'treadle'],
  [
    undefined,
    { MLFLOW_TRACKING_URI: 'http://host', MLFLOW_TRACKING_USERNAME: 'ann', MLFLOW_TRACKING_PASSWORD: 'pass' },
    'http://host',
    basic('ann:pass'),
    'treadle',
  ],
])('%s with %j', (target, env, url, authorization, experiment) => {
  expect(addressOf(target, env)).toEqual({ url, authorization, experiment })
})

test.each([[undefined], ['ftp://ann:secret@host'], ['ann:secret@host'], ['http://ann:secret@']])(
  '%s is refused, and its password is not repeated',
  (target) => {
    let message = ''
    try {
      addressOf(target, {})
    } catch (error) {
      expect(error).toMatchObject({ code: 'EXPERIMENT_BAD_LOGGER' })
      ;({ message } = error as Error)
    }
    expect(message).toMatch(/mlflow (has no|needs the) address/)
    expect(message).not.toContain('secret')
  },
)
