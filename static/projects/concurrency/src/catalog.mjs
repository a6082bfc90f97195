/** Made once for each sandbox, while it starts: a cold start waits for it, a warm one finds it. */
const catalog = new Map();
for (let number = 0; number < 2000; number += 1) {
  catalog.set(String(number), { sku: number, name: `Article ${number}`, price: ((number * 37) % 500) / 10 });
}

let calls = 0;

export const handler = async (event) => {
  calls += 1;
  const sku = event.pathParameters?.sku ?? event.sku ?? '42';
  const { AWS_LAMBDA_INITIALIZATION_TYPE: startedAs, AWS_LAMBDA_FUNCTION_VERSION: version } = process.env;
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ article: catalog.get(sku) ?? null, version, startedAs, callsOfThisSandbox: calls }),
  };
};
