import { randomUUID } from 'node:crypto';
let invocations = 0;
const seen = new Set();
export const handler = async () => {
  invocations += 1;
  seen.add(Math.random()).add(randomUUID()).add(crypto.randomUUID());
  return { invocations, different: seen.size };
};
