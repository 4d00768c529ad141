import { answer } from './answer.js'

const answerAll = async () => {
  const answers = {}
  for (const model of ['model', 'recurrent']) answers[model] = await answer(`./${model}/model.json`)
  return answers
}
const answers = await answerAll().catch(String)
document.querySelector('output').textContent = JSON.stringify(answers)
