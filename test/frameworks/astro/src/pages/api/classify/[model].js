import { answer } from '../../../../answer.js'

export const GET = async ({ params }) => Response.json(await answer(params.model))
