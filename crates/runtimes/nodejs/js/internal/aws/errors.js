// Exceptions of the services.
'use strict';

/** The class of all of a service's exceptions, and one class for each of their names. */
exports.exceptionsOf = (service) => {
  const Base = { [`${service.id}ServiceException`]: class extends Error {
    constructor(options = {}) {
      super(options.message);
      Object.defineProperty(this, 'name', { value: options.name ?? 'Error', enumerable: false, configurable: true, writable: true });
      this.$fault = options.$fault ?? 'client';
      this.$metadata = options.$metadata ?? {};
      if (options.$response !== undefined) {
        Object.defineProperty(this, '$response', { value: options.$response, configurable: true, writable: true });
      }
    }
  } }[`${service.id}ServiceException`];
  const classes = new Map([[`${service.id}ServiceException`, Base]]);

  const classOf = (name) => {
    let type = classes.get(name);
    if (type === undefined) {
      type = { [name]: class extends Base {
        constructor(options = {}) {
          super({ name, ...options });
          const { message, $metadata, $fault, $response, name: _name, ...rest } = options;
          Object.assign(this, rest);
        }
      } }[name];
      classes.set(name, type);
    }
    return type;
  };

  /** Makes the error for an answer. */
  const create = ({ code, message, rest }, answer, $metadata) => {
    const Type = classOf(code);
    const error = new Type({
      ...rest, name: code, message, $metadata, $fault: answer.status >= 500 ? 'server' : 'client', $response: { statusCode: answer.status },
    });
    Object.defineProperty(error, 'stack', { value: error.stack.replace(/^\w+/, code), configurable: true, writable: true });
    return error;
  };

  return { Base, classOf, create };
};
