// The clients that people use, in the page, against the emulator behind the service worker.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CognitoJwtVerifier } from "aws-jwt-verify";
import { launch, open } from "./lib/chromium.mjs";
import { load } from "./lib/sdk.mjs";
import { serve } from "./lib/static.mjs";

let site, browser, tab;

before(async () => {
  site = await serve();
  browser = await launch();
  // The AWS clients are loaded beside the page, which runs nothing of its own in this workspace.
  tab = await open(browser.context, `${site.url}?workspace=sdk`);
  await load(tab.page, { base: site.url, workspace: "sdk" });
});

after(async () => {
  await browser?.stop();
  await site?.stop();
});

test("the SDK for JavaScript creates a table, writes and queries it", async () => {
  const items = await tab.page.evaluate(async () => {
    const { CreateTableCommand, DynamoDBClient, waitUntilTableExists } = sdk.dynamodb;
    const { DynamoDBDocumentClient, PutCommand, QueryCommand } = sdk.document;
    const client = new DynamoDBClient(settings("dynamodb"));
    await client.send(
      new CreateTableCommand({
        TableName: "songs",
        KeySchema: [
          { AttributeName: "artist", KeyType: "HASH" },
          { AttributeName: "year", KeyType: "RANGE" },
        ],
        AttributeDefinitions: [
          { AttributeName: "artist", AttributeType: "S" },
          { AttributeName: "year", AttributeType: "N" },
        ],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    await waitUntilTableExists({ client, maxWaitTime: 30 }, { TableName: "songs" });
    const documents = DynamoDBDocumentClient.from(client);
    for (const year of [1967, 1958, 1964]) {
      await documents.send(new PutCommand({ TableName: "songs", Item: { artist: "Nina Simone", year } }));
    }
    const found = await documents.send(
      new QueryCommand({
        TableName: "songs",
        KeyConditionExpression: "artist = :artist AND #year > :year",
        ExpressionAttributeNames: { "#year": "year" },
        ExpressionAttributeValues: { ":artist": "Nina Simone", ":year": 1960 },
      }),
    );
    return found.Items;
  });
  assert.deepEqual(items.map((item) => item.year), [1964, 1967]);
});

test("the SDK knows a failed condition by its exception", async () => {
  const error = await tab.page.evaluate(async () => {
    const { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } = sdk.dynamodb;
    const client = new DynamoDBClient(settings("dynamodb"));
    const put = new PutItemCommand({
      TableName: "songs",
      Item: { artist: { S: "Nina Simone" }, year: { N: "1964" } },
      ConditionExpression: "attribute_not_exists(artist)",
    });
    const error = await client.send(put).catch((error) => error);
    return { known: error instanceof ConditionalCheckFailedException, message: error.message };
  });
  assert.deepEqual(error, { known: true, message: "The conditional request failed" });
});

test("the SDK creates a function from a zip and invokes it", async () => {
  const { zip } = await import("./lib/zip.mjs");
  const source = "export const handler = async (event) => ({ sum: event.a + event.b });";
  const answer = await tab.page.evaluate(async (archive) => {
    const { CreateFunctionCommand, InvokeCommand, LambdaClient, waitUntilFunctionActiveV2 } = sdk.lambda;
    const client = new LambdaClient(settings("lambda"));
    await client.send(
      new CreateFunctionCommand({
        FunctionName: "sum",
        Runtime: "nodejs22.x",
        Role: await lambdaRole(),
        Handler: "index.handler",
        Code: { ZipFile: new Uint8Array(archive) },
      }),
    );
    await waitUntilFunctionActiveV2({ client, maxWaitTime: 30 }, { FunctionName: "sum" });
    const invoked = await client.send(
      new InvokeCommand({ FunctionName: "sum", Payload: new TextEncoder().encode('{"a":2,"b":3}') }),
    );
    return new TextDecoder().decode(invoked.Payload);
  }, [...zip({ "index.mjs": source })]);
  assert.deepEqual(JSON.parse(answer), { sum: 5 });
});

test("amazon-cognito-identity-js signs in with SRP, and aws-jwt-verify accepts the tokens", async () => {
  const signedIn = await tab.page.evaluate(async () => {
    const {
      AdminConfirmSignUpCommand,
      CognitoIdentityProviderClient,
      CreateUserPoolClientCommand,
      CreateUserPoolCommand,
      SignUpCommand,
    } = sdk.cognito;
    const client = new CognitoIdentityProviderClient(settings("cognito-idp"));
    const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: "people" }));
    const { UserPoolClient } = await client.send(
      new CreateUserPoolClientCommand({
        UserPoolId: UserPool.Id,
        ClientName: "web",
        ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      }),
    );
    const [Username, Password] = ["mina", "Correct-horse-1"];
    await client.send(new SignUpCommand({ ClientId: UserPoolClient.ClientId, Username, Password }));
    await client.send(new AdminConfirmSignUpCommand({ UserPoolId: UserPool.Id, Username }));

    const { AuthenticationDetails, CognitoUser, CognitoUserPool } = sdk.identity;
    const pool = new CognitoUserPool({
      UserPoolId: UserPool.Id,
      ClientId: UserPoolClient.ClientId,
      endpoint: settings("cognito-idp").endpoint,
    });
    const user = new CognitoUser({ Username, Pool: pool });
    const session = await new Promise((onSuccess, onFailure) => {
      user.authenticateUser(new AuthenticationDetails({ Username, Password }), { onSuccess, onFailure });
    });
    const keys = await fetch(`${settings("cognito-idp").endpoint}/${UserPool.Id}/.well-known/jwks.json`);
    return {
      userPoolId: UserPool.Id,
      clientId: UserPoolClient.ClientId,
      idToken: session.getIdToken().getJwtToken(),
      accessToken: session.getAccessToken().getJwtToken(),
      keys: await keys.json(),
    };
  });
  const { userPoolId, clientId, idToken, accessToken, keys } = signedIn;
  for (const [tokenUse, token] of [["id", idToken], ["access", accessToken]]) {
    const verifier = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse });
    verifier.cacheJwks(keys);
    const claims = await verifier.verify(token);
    assert.equal(claims["cognito:username"] ?? claims.username, "mina");
  }
});

test("nothing in the page failed meanwhile", () => tab.check());
