import { PutCommand, TransactGetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { answer, database, parse } from './http.mjs';

const { ACCOUNTS, TRANSFERS } = process.env;

const routes = {
  'POST /accounts': async (event) => {
    const { name, balance = 0 } = parse(event);
    if (!name || !(balance >= 0)) return answer(400, { message: 'An account needs a name, and no debts.' });
    try {
      await database.send(
        new PutCommand({
          TableName: ACCOUNTS,
          Item: { name, balance },
          ConditionExpression: 'attribute_not_exists(#name)',
          ExpressionAttributeNames: { '#name': 'name' },
        }),
      );
      return answer(201, { name, balance });
    } catch (error) {
      if (error.name !== 'ConditionalCheckFailedException') throw error;
      return answer(409, { message: `${name} has an account already.` });
    }
  },

  // Both at one moment: never a sum in which a transfer is half done.
  'GET /balances/{a}/{b}': async ({ pathParameters: { a, b } }) => {
    const read = (name) => ({ Get: { TableName: ACCOUNTS, Key: { name } } });
    const { Responses } = await database.send(new TransactGetCommand({ TransactItems: [read(a), read(b)] }));
    const accounts = Responses.map(({ Item }) => Item);
    return answer(200, { accounts, sum: accounts.reduce((sum, account) => sum + (account?.balance ?? 0), 0) });
  },

  'POST /transfers': async (event) => {
    const { id, from, to, amount } = parse(event);
    if (!id || !from || !to || !(amount > 0)) {
      return answer(400, { message: 'A transfer needs an id, from, to and an amount.' });
    }
    return transfer({ id, from, to, amount });
  },
};

export const handler = (event) => routes[event.routeKey](event);

/** What a failed step means, in the order of the transaction's steps. */
const MEANINGS = ['there is no such account, or not enough in it', 'there is no such account', 'this transfer was made before'];

const transfer = async ({ id, from, to, amount }) => {
  try {
    await database.send(
      new TransactWriteCommand({
        TransactItems: [
          change(from, 'balance - :amount', amount, 'balance >= :amount'),
          change(to, 'balance + :amount', amount, 'attribute_exists(#name)'),
          {
            Put: {
              TableName: TRANSFERS,
              Item: { id, from, to, amount, at: new Date().toISOString() },
              ConditionExpression: 'attribute_not_exists(id)',
            },
          },
        ],
      }),
    );
    return answer(201, { id, from, to, amount });
  } catch (error) {
    if (error.name !== 'TransactionCanceledException') throw error;
    const reasons = error.CancellationReasons.map(({ Code }, step) => (Code === 'None' ? Code : `${Code}: ${MEANINGS[step]}`));
    return answer(409, { message: 'Nothing was moved.', reasons });
  }
};

const change = (name, balance, amount, condition) => ({
  Update: {
    TableName: ACCOUNTS,
    Key: { name },
    UpdateExpression: `SET balance = ${balance}`,
    ConditionExpression: condition,
    ExpressionAttributeValues: { ':amount': amount },
    ...(condition.includes('#name') && { ExpressionAttributeNames: { '#name': 'name' } }),
  },
});
