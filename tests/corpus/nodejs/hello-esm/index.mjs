export const handler = async (event, context) => {
  console.log('got', event);
  return { statusCode: 200, body: JSON.stringify({ hello: event.name, id: context.awsRequestId }) };
};
