// One of the copies of Treadle and tfjs that a bundler makes for several routes.
import { Classifier } from '@treadle/model/classifier'
import { binaries, models } from '../files.js'

export const load = (model) => Classifier.load(models[model], { binaries })
