import { setTimeout } from 'node:timers/promises';

const answer = (body) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** Nothing but waiting, as for a slow service far away: a processor is of no use to it. */
export const handler = async (event) => {
  const millis = Math.min(Number(event.pathParameters?.millis ?? event.millis ?? 100), 5000);
  await setTimeout(millis);
  return answer({ waited: millis });
};
