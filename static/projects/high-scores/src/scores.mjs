import { QueryCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { answer, database, parse } from './http.mjs';

const TableName = process.env.TABLE_NAME;
const CHAMPION = 1000;

/** Each route is one access pattern, and each names the key or the index that answers it. */
const routes = {
  'PUT /scores': async (event) => {
    const { player, game, score } = parse(event);
    if (!player || !game || !(score >= 0)) return answer(400, { message: 'A score needs a player, a game and a number.' });
    return answer(200, await keep(player, game, score));
  },

  'GET /players/{player}/games': async ({ pathParameters: { player } }) => answer(200, await ask({ player })),

  'GET /players/{player}/recent': async ({ pathParameters: { player } }) =>
    answer(200, await ask({ player }, { IndexName: 'recent', ScanIndexForward: false, Limit: 3 })),

  'GET /games/{game}/leaders': async ({ pathParameters: { game } }) =>
    answer(200, await ask({ game }, { IndexName: 'leaders', ScanIndexForward: false, Limit: 3 })),

  // Only champions have the index's key, so the index holds nobody else and is cheap to scan.
  'GET /champions': async () => {
    const { Items } = await database.send(new ScanCommand({ TableName, IndexName: 'champions' }));
    return answer(200, Items);
  },
};

export const handler = (event) => routes[event.routeKey](event);

/** Keeps a score; from 1,000 on its player is a champion of the game since today. */
const keep = async (player, game, score) => {
  const now = new Date().toISOString();
  const champion = score >= CHAMPION;
  const { Attributes } = await database.send(
    new UpdateCommand({
      TableName,
      Key: { player, game },
      UpdateExpression: champion
        ? 'SET score = :score, playedAt = :now, championSince = if_not_exists(championSince, :today)'
        : 'SET score = :score, playedAt = :now REMOVE championSince',
      ExpressionAttributeValues: {
        ':score': score,
        ':now': now,
        ...(champion && { ':today': now.slice(0, 10) }),
      },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return Attributes;
};

/** The items whose partition key is the one of `key`. */
const ask = async (key, options = {}) => {
  const [[name, value]] = Object.entries(key);
  const { Items } = await database.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: '#key = :value',
      ExpressionAttributeNames: { '#key': name },
      ExpressionAttributeValues: { ':value': value },
      ...options,
    }),
  );
  return Items;
};
