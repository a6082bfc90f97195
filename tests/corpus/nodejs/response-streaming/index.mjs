export const handler = awslambda.streamifyResponse(async (event, stream) => {
  stream.setContentType('text/plain');
  stream.write('one ');
  await new Promise((resolve) => setTimeout(resolve, 5));
  stream.write('two');
  stream.end();
});
