'use client'
import { useEffect, useState } from 'react'
import { answer } from '../answer.js'
import { answerOnServer } from './action.js'

export default function Page() {
  const [text, setText] = useState('')
  useEffect(() => {
    const answerAll = async () => {
      const answers = { client: {}, action: {} }
      for (const model of ['model', 'recurrent']) {
        answers.client[model] = await answer(`/${model}/model.json`)
        answers.action[model] = await answerOnServer(model)
      }
      return JSON.stringify(answers)
    }
    answerAll().then(setText, (error) => setText(JSON.stringify(String(error))))
  }, [])
  return <output>{text}</output>
}
