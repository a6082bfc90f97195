export const handler = async () => { throw 'just words'; };
