import type { CaliforniaHousingOptions } from './california-housing/load.ts'
import type { FashionMnistOptions } from './fashion-mnist/load.ts'
import type { IdxFolderOptions } from './idx-folder.ts'
import type { ImagesOptions } from './images/load-images.ts'

/** The options of all loaders, without those that the name decides. An option that the data do not use is an error. */
export interface LoadDatasetOptions
  extends
    Omit<FashionMnistOptions, 'source' | 'mirrors'>,
    Omit<CaliforniaHousingOptions, 'source' | 'mirrors'>,
    Pick<IdxFolderOptions, 'prefix' | 'transpose' | 'labelOffset'>,
    Omit<ImagesOptions, 'name' | 'split'> {
  /** Makes all images test images where no part is for testing, as a trained model is tested on other data. Default false. */
  readonly whole?: boolean | undefined
}
