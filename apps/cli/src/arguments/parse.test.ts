import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { UsageError } from '../errors.ts'
import { parseArguments } from './parse.ts'

const args = {
  run: { type: 'positional', description: '' },
  image: { type: 'positional', repeats: true, description: '' },
  top: { type: 'string', alias: 't', default: '3', description: '' },
  data: { type: 'string', description: '' },
  tag: { type: 'string', repeats: true, description: '' },
  fast: { type: 'boolean', description: '' },
} as const

describe('parseArguments', () => {
  test('fills in defaults and knows what was given', () => {
    const { args: values, given } = parseArguments(['r', 'a.png'], args)
    expect(values).toEqual({
      run: 'r',
      image: ['a.png'],
      top: '3',
      data: undefined,
      tag: [],
      fast: false,
      json: false,
      quiet: false,
      help: false,
    })
    expect(given).toEqual(new Set(['run', 'image']))
  })

  test('reads flags before, between and after the words; the last value counts', () => {
    const words = [
      '--fast',
      'r',
      '-t',
      '1',
      'a',
      '--data=x',
      'b',
      '--top',
      '2',
      '--tag',
      'u',
      '--tag',
      'v',
      '-q',
    ]
    const { args: values, given } = parseArguments(words, args)
    expect(values).toMatchObject({
      run: 'r',
      image: ['a', 'b'],
      top: '2',
      data: 'x',
      tag: ['u', 'v'],
      fast: true,
      quiet: true,
    })
    expect(given).toEqual(new Set(['fast', 'run', 'top', 'image', 'data', 'tag', 'quiet']))
  })

  test('takes words after -- as they are', () => {
    expect(parseArguments(['r', '--', '--top'], args).args.image).toEqual(['--top'])
  })

  test.prop([fc.array(fc.string(), { maxLength: 8 })])('reads any words or throws a UsageError', (words) => {
    try {
      const { args: values } = parseArguments(words, args)
      expect(values.image.length).toBeGreaterThan(0)
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError)
    }
  })

  test.each(['toString', '__proto__', 'constructor'])('--%s is unknown', (name) => {
    expect(() => parseArguments([`--${name}`, 'x'], args)).toThrow(`There is no flag --${name}.`)
  })
})
