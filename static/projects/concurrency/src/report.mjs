import { setTimeout } from 'node:timers/promises';

/** Takes two seconds, in which this sandbox can take no other event. */
export const handler = async () => {
  await setTimeout(2000);
  return { done: true };
};
