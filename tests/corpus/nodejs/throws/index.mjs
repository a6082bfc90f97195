class OrderError extends Error {
  constructor(message) {
    super(message);
    this.name = 'OrderError';
    this.code = 'E42';
    this.order = { id: 7 };
  }
}

function check(event) {
  throw new OrderError(`no such order: ${event.id}`);
}

export const handler = async (event) => check(event);
