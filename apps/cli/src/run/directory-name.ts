import { join } from 'node:path'

const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

const two = (value: number) => String(value).padStart(2, '0')

/** "runs/wide-and-deep-fashion-mnist-1-20260131-142530", in local time. */
export function runDirectoryName(model: string, data: string, seed: number, time: Date): string {
  const day = `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}`
  const clock = `${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`
  return join('runs', `${slug(model)}-${slug(data)}-${seed}-${day}-${clock}`)
}
