"""A user pool, from sign-up to tokens, by boto3 and the AWS CLI."""

import base64
import json
import urllib.request

import pytest
from botocore.exceptions import ClientError

PASSWORD = "Correct-horse-1"


@pytest.fixture
def pool(host, name):
    cognito = host.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName=name)["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="web",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    return pool, client


def sign_in(cognito, client, username):
    return cognito.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]


def claims(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def test_a_user_signs_up_is_confirmed_and_signs_in(host, pool):
    cognito, (pool, client) = host.client("cognito-idp"), pool
    attributes = [{"Name": "email", "Value": "mina@example.com"}]
    cognito.sign_up(ClientId=client, Username="mina", Password=PASSWORD, UserAttributes=attributes)
    with pytest.raises(cognito.exceptions.UserNotConfirmedException):
        sign_in(cognito, client, "mina")
    cognito.admin_confirm_sign_up(UserPoolId=pool, Username="mina")
    tokens = sign_in(cognito, client, "mina")
    found = claims(tokens["IdToken"])
    assert found["cognito:username"] == "mina"
    assert found["email"] == "mina@example.com"
    assert found["aud"] == client
    assert claims(tokens["AccessToken"])["client_id"] == client


def test_a_refresh_token_gives_new_tokens(host, pool):
    cognito, (pool, client) = host.client("cognito-idp"), pool
    cognito.sign_up(ClientId=client, Username="noor", Password=PASSWORD)
    cognito.admin_confirm_sign_up(UserPoolId=pool, Username="noor")
    refresh = sign_in(cognito, client, "noor")["RefreshToken"]
    renewed = cognito.initiate_auth(
        ClientId=client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": refresh}
    )["AuthenticationResult"]
    assert claims(renewed["AccessToken"])["username"] == "noor"


def test_the_key_of_a_token_is_in_the_published_set(host, pool):
    cognito, (pool, client) = host.client("cognito-idp"), pool
    cognito.sign_up(ClientId=client, Username="kim", Password=PASSWORD)
    cognito.admin_confirm_sign_up(UserPoolId=pool, Username="kim")
    head = sign_in(cognito, client, "kim")["IdToken"].split(".")[0]
    key = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]
    with urllib.request.urlopen(f"{host.endpoint}/{pool}/.well-known/jwks.json") as answer:
        keys = json.load(answer)["keys"]
    assert key in [published["kid"] for published in keys]


def test_a_wrong_password_is_not_authorized(host, pool):
    cognito, (pool, client) = host.client("cognito-idp"), pool
    cognito.sign_up(ClientId=client, Username="lee", Password=PASSWORD)
    cognito.admin_confirm_sign_up(UserPoolId=pool, Username="lee")
    with pytest.raises(ClientError) as failure:
        cognito.initiate_auth(
            ClientId=client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "lee", "PASSWORD": "Wrong-horse-1"},
        )
    assert failure.value.response["Error"] == {
        "Code": "NotAuthorizedException",
        "Message": "Incorrect username or password.",
    }


def test_the_aws_cli_lists_users(host, pool):
    pool, client = pool
    host.cli(
        "cognito-idp", "sign-up", "--client-id", client, "--username", "ada", "--password", PASSWORD
    )
    users = host.cli("cognito-idp", "list-users", "--user-pool-id", pool)["Users"]
    assert [(user["Username"], user["UserStatus"]) for user in users] == [("ada", "UNCONFIRMED")]
