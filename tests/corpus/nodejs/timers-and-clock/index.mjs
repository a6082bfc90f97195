import { setTimeout as sleep } from 'node:timers/promises';
export const handler = async (event, context) => {
  const before = Date.now();
  const left = context.getRemainingTimeInMillis();
  await sleep(1500);
  return { now: new Date(before).toISOString(), passed: Date.now() - before, left: left - context.getRemainingTimeInMillis(), zone: new Date(0).getTimezoneOffset() };
};
