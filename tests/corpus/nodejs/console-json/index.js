exports.handler = async () => {
  console.debug('not shown');
  console.info('hello', { a: 1 });
  console.error({ orderId: 7, error: new Error('inner') });
  console.warn('with error', new TypeError('x'));
  throw new Error('final');
};
