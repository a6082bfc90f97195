exports.handler = async (event, context) => {
  process.env.COUNT = 1;
  return {
    own: process.env.TABLE_NAME, count: process.env.COUNT, region: process.env.AWS_REGION, missing: process.env.NOPE === undefined,
    trace: process.env._X_AMZN_TRACE_ID, node: process.version.split('.')[0], cwd: process.cwd(), platform: process.platform,
    context: { ...context, remaining: context.getRemainingTimeInMillis() }, has: 'TABLE_NAME' in process.env,
  };
};
