import { DynamoDBClient, PutItemCommand, ConditionalCheckFailedException, ResourceNotFoundException, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
const client = new DynamoDBClient({});
export const handler = async () => {
  try {
    await client.send(new PutItemCommand({ TableName: 't', Item: {} }));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const { name, message, $metadata, $fault, Item } = error;
    console.log(error.stack.split('\n')[0]);
    await client.send(new PutItemCommand({ TableName: 'again', Item: {} }));
    const missing = await client.send(new PutItemCommand({ TableName: 'none', Item: {} })).catch((e) => e);
    return { name, message, $metadata, $fault, Item, base: error instanceof DynamoDBServiceException, other: error instanceof ResourceNotFoundException, missing: [missing.name, missing instanceof ResourceNotFoundException, missing instanceof Error] };
  }
};
