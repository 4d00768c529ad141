import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** The parsed content of a file in test/fixtures, `.json.gz`. */
export function fixture<Content>(name: string): Content {
  return JSON.parse(
    gunzipSync(readFileSync(new URL(`./fixtures/${name}.json.gz`, import.meta.url))).toString(),
  ) as Content
}
