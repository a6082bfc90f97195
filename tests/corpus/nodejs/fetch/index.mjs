export const handler = async () => {
  const ok = await fetch('https://api.example.com/items?x=1', { method: 'POST', headers: { 'X-Key': 'k' }, body: JSON.stringify({ a: 1 }) });
  const json = await ok.json();
  const missing = await fetch(new URL('https://api.example.com/none'));
  const controller = new AbortController();
  let aborted;
  const failed = await fetch('https://down.example.com/').catch((error) => [error.name, error.message, error.cause.code]);
  const redirected = await fetch('https://api.example.com/old');
  return { json, status: ok.status, type: ok.headers.get('content-type'), missing: [missing.ok, missing.status, missing.statusText, await missing.text()], failed, redirected: [redirected.redirected, redirected.url, await redirected.text()] };
};
