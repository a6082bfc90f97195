/** Answers GET /hello and GET /hello/{name}. */
export const handler = async (event) => {
  const name = event.pathParameters?.name ?? 'world';
  console.log(`greeting ${name}`);
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: `${process.env.GREETING}, ${name}!` }),
  };
};
