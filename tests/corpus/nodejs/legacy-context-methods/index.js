exports.handler = (event, context) => (event.ok ? context.succeed('fine') : context.fail(new Error('not fine')));
