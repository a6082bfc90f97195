import { AsyncLocalStorage } from 'node:async_hooks';
const storage = new AsyncLocalStorage();
const later = () => new Promise((resolve) => setTimeout(() => resolve(storage.getStore()?.id), 5));
export const handler = async () => {
  const before = storage.getStore();
  const inside = await storage.run({ id: 7 }, async () => {
    await null;
    const first = storage.getStore().id;
    return [first, await later(), storage.getStore().id];
  });
  return { before: before === undefined, inside, after: storage.getStore() === undefined };
};
