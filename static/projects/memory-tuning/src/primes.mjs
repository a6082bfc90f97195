const answer = (body) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** Nothing but work for the processor: the first so many primes, by dividing. */
export const handler = async (event) => {
  const count = Math.min(Number(event.pathParameters?.count ?? event.count ?? 200), 2000);
  const primes = [];
  for (let candidate = 2; primes.length < count; candidate += 1) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return answer({ count, largest: primes.at(-1) });
};
