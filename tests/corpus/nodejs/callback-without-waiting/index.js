let count = 0;
exports.handler = (event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = false;
  count += 1;
  if (count === 1) setTimeout(() => console.log('thawed'), 10);
  if (count === 1) callback(null, count);
  else setTimeout(callback, 20, null, count);
};
