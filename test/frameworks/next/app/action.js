'use server'
import { answer } from '../answer.js'

export async function answerOnServer(model) {
  return answer(model)
}
