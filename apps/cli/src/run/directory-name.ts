import { join } from 'node:path'

const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

const two = (value: number) => String(value).padStart(2, '0')

/** "20260131-142530", in local time. */
function timeStamp(time: Date): string {
  const day = `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}`
  return `${day}-${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`
}

/** "runs/sweep-rates-20260131-142530", in local time. */
export const sweepDirectoryName = (name: string, time: Date): string =>
  join('runs', `sweep-${slug(name)}-${timeStamp(time)}`)

/** "runs/wide-and-deep-fashion-mnist-1-20260131-142530", in local time. */
export function runDirectoryName(model: string, data: string, seed: number, time: Date): string {
  return join('runs', `${slug(model)}-${slug(data)}-${seed}-${timeStamp(time)}`)
}
