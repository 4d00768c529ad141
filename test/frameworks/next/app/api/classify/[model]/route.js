import { answer } from '../../../../answer.js'

export const GET = async (_, { params }) => Response.json(await answer((await params).model))
