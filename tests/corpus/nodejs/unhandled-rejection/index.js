exports.handler = async () => {
  Promise.reject(new Error('forgotten'));
  await new Promise((resolve) => setTimeout(resolve, 10));
};
