exports.handler = async () => {
  const order = [];
  const note = (name) => () => order.push(name);
  setTimeout(note('timeout 1'), 1);
  setTimeout(note('timeout 0'), 0);
  setImmediate(note('immediate'));
  process.nextTick(note('tick'));
  Promise.resolve().then(note('microtask'));
  queueMicrotask(note('queueMicrotask'));
  setTimeout(() => { order.push('timeout 5'); process.nextTick(note('tick in timeout')); Promise.resolve().then(note('microtask in timeout')); }, 5);
  setTimeout(note('timeout 6'), 5);
  const interval = setInterval(() => { order.push('interval'); if (order.filter((o) => o === 'interval').length === 3) clearInterval(interval); }, 10);
  clearTimeout(setTimeout(note('never'), 2));
  order.push('sync');
  await new Promise((resolve) => setTimeout(resolve, 100));
  return order;
};
