import { LambdaClient, InvokeCommand, InvocationType, ListFunctionsCommand, ResourceNotFoundException } from '@aws-sdk/client-lambda';
const client = new LambdaClient({});
export const handler = async () => {
  const one = await client.send(new InvokeCommand({ FunctionName: 'my fn', Qualifier: 'live', InvocationType: InvocationType.RequestResponse, Payload: JSON.stringify({ a: 1 }) }));
  const two = await client.send(new InvokeCommand({ FunctionName: 'other', InvocationType: 'Event', Payload: Buffer.from('{}') }));
  const list = await client.send(new ListFunctionsCommand({ MaxItems: 5 }));
  const none = await client.send(new InvokeCommand({ FunctionName: 'none' })).catch((error) => error);
  return { status: one.StatusCode, payload: JSON.parse(one.Payload.transformToString()), text: JSON.parse(new TextDecoder().decode(one.Payload)), error: one.FunctionError, async: two.StatusCode, list: list.Functions, none: [none.name, none.message, none instanceof ResourceNotFoundException] };
};
