exports.handler = (event, context, callback) => {
  setTimeout(() => console.log('still running'), 100);
  callback(null, { got: event.value });
};
