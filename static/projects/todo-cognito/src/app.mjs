import { randomUUID } from 'node:crypto';
import * as todos from './todos.mjs';

/** Each route of the API, as API Gateway names it. The owner is the user who has signed in. */
const routes = {
  'GET /todos': async (owner) => answer(200, await todos.list(owner)),

  'POST /todos': async (owner, { body }) => {
    const { title } = parse(body);
    if (!title) return answer(400, { message: 'A to-do needs a title.' });
    const todo = { owner, id: randomUUID(), title, done: false, createdAt: new Date().toISOString() };
    await todos.put(todo);
    return answer(201, todo);
  },

  'GET /todos/{id}': async (owner, { pathParameters }) => found(await todos.get(owner, pathParameters.id)),

  'PUT /todos/{id}': async (owner, { pathParameters, body }) =>
    found(await todos.update(owner, pathParameters.id, parse(body))),

  'DELETE /todos/{id}': async (owner, { pathParameters }) => {
    await todos.remove(owner, pathParameters.id);
    return answer(204);
  },
};

export const handler = async (event) => {
  // API Gateway has checked the token; these are its claims.
  const { sub, email } = event.requestContext.authorizer.claims;
  console.log(event.httpMethod, event.path, 'for', email);
  return routes[`${event.httpMethod} ${event.resource}`](sub, event);
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
