import { expectTypeOf, test } from 'vitest'
import type { CaliforniaHousingOptions } from './california-housing/load.ts'
import type { FashionMnistOptions } from './fashion-mnist/load.ts'
import type { IdxFolderOptions } from './idx-folder.ts'
import type { ReadIdxOptions } from './idx/read.ts'
import type { ImagesOptions } from './images/load-images.ts'
import type { optionKinds } from './option-names.ts'

type Names<Loader extends keyof typeof optionKinds> = keyof (typeof optionKinds)[Loader]

// The compiler checks it: every option has its name in the list, and no other.
test('the names are those of the options', () => {
  expectTypeOf<Names<'readIdx'>>().toEqualTypeOf<keyof ReadIdxOptions>()
  expectTypeOf<Names<'idxFolder'>>().toEqualTypeOf<keyof IdxFolderOptions>()
  expectTypeOf<Names<'images'>>().toEqualTypeOf<keyof ImagesOptions>()
  expectTypeOf<Names<'fashionMnist'>>().toEqualTypeOf<keyof FashionMnistOptions>()
  expectTypeOf<Names<'californiaHousing'>>().toEqualTypeOf<keyof CaliforniaHousingOptions>()
})
