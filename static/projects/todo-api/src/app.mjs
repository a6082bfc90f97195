import { randomUUID } from 'node:crypto';
import * as todos from './todos.mjs';

/** Each route of the API, as API Gateway names it. */
const routes = {
  'GET /todos': async () => answer(200, await todos.list()),

  'POST /todos': async ({ body }) => {
    const { title } = parse(body);
    if (!title) return answer(400, { message: 'A to-do needs a title.' });
    const todo = { id: randomUUID(), title, done: false, createdAt: new Date().toISOString() };
    await todos.put(todo);
    return answer(201, todo);
  },

  'GET /todos/{id}': async ({ pathParameters }) => found(await todos.get(pathParameters.id)),

  'PUT /todos/{id}': async ({ pathParameters, body }) =>
    found(await todos.update(pathParameters.id, parse(body))),

  'DELETE /todos/{id}': async ({ pathParameters }) => {
    await todos.remove(pathParameters.id);
    return answer(204);
  },
};

export const handler = async (event) => {
  console.log(event.httpMethod, event.path);
  return routes[`${event.httpMethod} ${event.resource}`](event);
};

const found = (todo) => (todo ? answer(200, todo) : answer(404, { message: 'There is no such to-do.' }));

const answer = (statusCode, body) => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' },
  body: body === undefined ? '' : JSON.stringify(body),
});

/** The request's JSON; what cannot be read counts as empty. */
const parse = (body) => {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
};
