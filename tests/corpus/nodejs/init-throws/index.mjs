console.log('loading');
throw new Error('no configuration');
