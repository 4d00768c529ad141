// A page that classifies the picture that a person chooses.
import { Classifier } from '@treadle/model/classifier'

const classifier = await Classifier.load('model/model.json')
document.querySelector('input')?.addEventListener('change', async ({ target }) => {
  const [best] = await classifier.classify(target.files[0])
  document.body.append(best.className)
})
