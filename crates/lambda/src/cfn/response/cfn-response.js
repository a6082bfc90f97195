// How a custom resource answers: CloudFormation puts this module beside code that stands in a template.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html
const https = require('https');

exports.SUCCESS = 'SUCCESS';
exports.FAILED = 'FAILED';

exports.send = (event, context, status, data, physicalResourceId, noEcho) => {
  const body = JSON.stringify({
    Status: status,
    Reason: `See the details in CloudWatch Log Stream: ${context.logStreamName}`,
    PhysicalResourceId: physicalResourceId || context.logStreamName,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    NoEcho: noEcho || false,
    Data: data,
  });
  console.log('Response body:\n', body);
  const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
  const request = https.request(event.ResponseURL, { method: 'PUT', headers }, (response) => {
    console.log(`Status code: ${response.statusCode}`);
    context.done();
  });
  request.on('error', (error) => {
    console.log(`send(..) failed executing https.request(..): ${error}`);
    context.done();
  });
  request.end(body);
};
