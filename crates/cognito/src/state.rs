//! What user pools keep: pools with their clients and groups, users, refresh tokens, mail.

use std::collections::{BTreeMap, VecDeque};

use kernel::{Batch, Entry, Space, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    error::Error,
    keys::KeptKey,
    rules::{self, PasswordPolicy, strings},
    srp::Verifier,
};

pub(crate) const SPACE: Space = Space::new("cognito");

/// How many messages the mailbox holds.
const MAILBOX: usize = 500;

/// A user pool with its clients and groups.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Pool {
    pub id: String,
    pub account: String,
    pub region: String,
    pub created: Millis,
    pub modified: Millis,
    /// What `CreateUserPool` was given, described back as it is.
    pub settings: Value,
    pub clients: BTreeMap<String, Client>,
    pub groups: BTreeMap<String, Group>,
    pub domain: Option<String>,
    /// `None` until it has been made in the background.
    pub key: Option<KeptKey>,
}

/// Virtual milliseconds since the epoch, as they are kept.
type Millis = u64;

/// An app client.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Client {
    pub id: String,
    pub secret: Option<String>,
    pub created: Millis,
    pub modified: Millis,
    pub settings: Value,
}

/// A group of users.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Group {
    pub name: String,
    pub description: Option<String>,
    pub role_arn: Option<String>,
    pub precedence: Option<u64>,
    pub created: Millis,
    pub modified: Millis,
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    Unconfirmed,
    Confirmed,
    ForceChangePassword,
    ResetRequired,
}

impl Status {
    pub fn name(self) -> &'static str {
        match self {
            Self::Unconfirmed => "UNCONFIRMED",
            Self::Confirmed => "CONFIRMED",
            Self::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
            Self::ResetRequired => "RESET_REQUIRED",
        }
    }
}

/// A code that a user was sent.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Code {
    pub digits: String,
    pub expires: Millis,
    /// The attribute that using it verifies.
    pub attribute: String,
}

/// A user.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct User {
    pub pool: String,
    pub username: String,
    pub sub: String,
    pub status: Status,
    pub enabled: bool,
    pub created: Millis,
    pub modified: Millis,
    pub attributes: BTreeMap<String, String>,
    pub verifier: Option<Verifier>,
    pub temporary_password_expires: Option<Millis>,
    pub groups: Vec<String>,
    pub confirmation: Option<Code>,
    pub reset: Option<Code>,
    pub verification: BTreeMap<String, Code>,
    pub failures: u32,
    pub locked_until: Millis,
    /// Tokens issued before this moment are revoked.
    pub signed_out: Millis,
}

/// A refresh token and the sign-in that it continues.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Refresh {
    pub token: String,
    pub pool: String,
    pub client: String,
    pub username: String,
    pub origin: String,
    pub event: String,
    pub authenticated: Millis,
    pub expires: Millis,
}

/// A message that a pool sent to a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// An email address or a phone number.
    pub to: String,
    /// `email` or `sms`.
    pub channel: String,
    /// Empty for SMS.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The code or temporary password that the text holds.
    pub code: String,
    /// The pool that sent it.
    pub pool: String,
    /// When, in virtual milliseconds since the epoch.
    pub sent_millis: u64,
}

#[derive(Default)]
pub(crate) struct State {
    pools: BTreeMap<String, Pool>,
    users: BTreeMap<(String, String), User>,
    refreshes: BTreeMap<String, Refresh>,
    revoked: BTreeMap<String, Millis>,
    mail: VecDeque<(u64, Message)>,
}

impl Pool {
    /// The part of the id that SRP and token issuers use as the pool's name.
    pub fn short_name(&self) -> &str {
        self.id.split_once('_').map_or(&self.id, |(_, name)| name)
    }

    pub fn issuer(&self) -> String {
        format!("https://cognito-idp.{}.amazonaws.com/{}", self.region, self.id)
    }

    pub fn arn(&self) -> String {
        kernel::Arn::new("cognito-idp", &self.region, &self.account, format!("userpool/{}", self.id)).to_string()
    }

    pub fn password_policy(&self) -> PasswordPolicy {
        serde_json::from_value(self.settings["Policies"]["PasswordPolicy"].clone()).unwrap_or_default()
    }

    pub fn lists(&self, setting: &str, value: &str) -> bool {
        strings(&self.settings[setting]).contains(&value)
    }

    /// Users sign in by email or phone number only; their username is their `sub`.
    pub fn usernames_are_attributes(&self) -> bool {
        !strings(&self.settings["UsernameAttributes"]).is_empty()
    }

    pub fn is_case_sensitive(&self) -> bool {
        self.settings["UsernameConfiguration"]["CaseSensitive"].as_bool().unwrap_or(true)
    }

    pub fn client(&self, id: &str) -> Result<&Client, Error> {
        self.clients.get(id).ok_or_else(|| Error::ClientNotFound(id.to_owned()))
    }
}

impl Client {
    /// Whether the client lists `flow` among its `ExplicitAuthFlows`; clients that list none have SRP,
    /// custom authentication and refresh.
    pub fn allows(&self, flow: &str) -> bool {
        let listed = strings(&self.settings["ExplicitAuthFlows"]);
        if listed.is_empty() {
            return matches!(flow, "USER_SRP_AUTH" | "REFRESH_TOKEN_AUTH" | "CUSTOM_AUTH");
        }
        let legacy = match flow {
            "USER_PASSWORD_AUTH" => "USER_PASSWORD_AUTH",
            "ADMIN_USER_PASSWORD_AUTH" => "ADMIN_NO_SRP_AUTH",
            // Before the ALLOW_ names there was no way to forbid these.
            _ if listed.iter().all(|name| !name.starts_with("ALLOW_")) => return true,
            _ => "",
        };
        listed.contains(&format!("ALLOW_{flow}").as_str()) || listed.contains(&legacy)
    }

    pub fn hides_missing_users(&self) -> bool {
        self.settings["PreventUserExistenceErrors"] == "ENABLED"
    }

    /// A validity in milliseconds, e.g. of `IdToken`.
    pub fn validity_millis(&self, token: &str, default_unit: &str, default: u64) -> u64 {
        let amount = self.settings[format!("{token}Validity")].as_u64().filter(|amount| *amount > 0);
        let unit = self.settings["TokenValidityUnits"][token].as_str().unwrap_or(default_unit);
        let unit_secs = match unit {
            "seconds" => 1,
            "minutes" => 60,
            "hours" => 3600,
            _ => 86_400,
        };
        amount.map_or(default, |amount| amount * unit_secs * 1000)
    }
}

impl User {
    pub fn verified(&self, attribute: &str) -> bool {
        self.attributes.get(&format!("{attribute}_verified")).is_some_and(|value| value == "true")
    }
}

impl State {
    /// Takes in an entry of the storage; one that cannot be read is of a damaged store and left out.
    pub fn restore(&mut self, (key, value): Entry) {
        fn read<T: DeserializeOwned>(value: &[u8]) -> Option<T> {
            serde_json::from_slice(value).ok()
        }
        let key = String::from_utf8_lossy(&key).into_owned();
        match key.split('\n').collect::<Vec<_>>().as_slice() {
            ["pool", id] => drop(read(&value).map(|pool| self.pools.insert((*id).to_owned(), pool))),
            ["user", pool, name] => {
                drop(read(&value).map(|user| self.users.insert(((*pool).to_owned(), (*name).to_owned()), user)));
            }
            ["refresh", token] => drop(read(&value).map(|refresh| self.refreshes.insert((*token).to_owned(), refresh))),
            ["revoked", origin] => drop(read(&value).map(|until| self.revoked.insert((*origin).to_owned(), until))),
            ["mail", number] => {
                let message = number.parse().ok().zip(read(&value));
                self.mail.extend(message);
            }
            _ => {}
        }
    }

    pub fn pool(&self, id: &str) -> Result<&Pool, Error> {
        self.pools.get(id).ok_or_else(|| Error::PoolNotFound(id.to_owned()))
    }

    pub fn pools(&self) -> impl Iterator<Item = &Pool> {
        self.pools.values()
    }

    /// The pool of a client, and the client.
    pub fn client(&self, id: &str) -> Result<(&Pool, &Client), Error> {
        let found = self.pools.values().find_map(|pool| pool.clients.get(id).map(|client| (pool, client)));
        found.ok_or_else(|| Error::ClientNotFound(id.to_owned()))
    }

    pub fn users_of(&self, pool: &str) -> impl Iterator<Item = &User> {
        self.users.values().filter(move |user| user.pool == pool)
    }

    /// The user whom `name` means: the username, the `sub`, or an alias that the pool allows.
    pub fn user(&self, pool: &Pool, name: &str) -> Option<&User> {
        let same = |text: &str| {
            if pool.is_case_sensitive() { text == name } else { text.eq_ignore_ascii_case(name) }
        };
        let by_attribute = |user: &User, setting: &str, must_be_verified: bool| {
            strings(&pool.settings[setting]).iter().any(|attribute| {
                let usable = !must_be_verified || *attribute == "preferred_username" || user.verified(attribute);
                // Email addresses that serve as usernames are compared without case as the pool says.
                usable && user.attributes.get(*attribute).is_some_and(|value| same(value))
            })
        };
        self.users_of(&pool.id).find(|user| {
            same(&user.username)
                || user.sub == name
                || by_attribute(user, "UsernameAttributes", false)
                || (user.status != Status::Unconfirmed && by_attribute(user, "AliasAttributes", true))
        })
    }

    pub fn refresh(&self, token: &str) -> Option<&Refresh> {
        self.refreshes.get(token)
    }

    pub fn is_revoked(&self, origin: &str) -> bool {
        self.revoked.contains_key(origin)
    }

    /// The mailbox, oldest message first.
    pub fn mail(&self) -> impl Iterator<Item = &Message> {
        self.mail.iter().map(|(_, message)| message)
    }

    pub fn put_pool(&mut self, pool: Pool, batch: &mut Batch) {
        batch.put(&SPACE, format!("pool\n{}", pool.id), encode(&pool));
        self.pools.insert(pool.id.clone(), pool);
    }

    pub fn remove_pool(&mut self, id: &str, batch: &mut Batch) {
        let users: Vec<(String, String)> = self.users.keys().filter(|(pool, _)| pool == id).cloned().collect();
        for (pool, name) in users {
            self.remove_user(&pool, &name, batch);
        }
        batch.delete(&SPACE, format!("pool\n{id}"));
        self.pools.remove(id);
    }

    pub fn put_user(&mut self, user: User, batch: &mut Batch) {
        batch.put(&SPACE, format!("user\n{}\n{}", user.pool, user.username), encode(&user));
        self.users.insert((user.pool.clone(), user.username.clone()), user);
    }

    pub fn remove_user(&mut self, pool: &str, username: &str, batch: &mut Batch) {
        self.revoke_where(batch, |refresh| refresh.pool == pool && refresh.username == username);
        batch.delete(&SPACE, format!("user\n{pool}\n{username}"));
        self.users.remove(&(pool.to_owned(), username.to_owned()));
    }

    /// Keeps `refresh` and forgets those that have expired.
    pub fn put_refresh(&mut self, refresh: Refresh, now: Timestamp, batch: &mut Batch) {
        self.revoke_where(batch, |other| other.expires < now.millis());
        batch.put(&SPACE, format!("refresh\n{}", refresh.token), encode(&refresh));
        self.refreshes.insert(refresh.token.clone(), refresh);
    }

    /// Ends the sign-in that `refresh` continues: no token of it counts any more.
    pub fn revoke(&mut self, refresh: &Refresh, batch: &mut Batch) {
        batch.put(&SPACE, format!("revoked\n{}", refresh.origin), encode(&refresh.expires));
        self.revoked.insert(refresh.origin.clone(), refresh.expires);
        let origin = refresh.origin.clone();
        self.revoke_where(batch, |other| other.origin == origin);
    }

    pub fn revoke_where(&mut self, batch: &mut Batch, wanted: impl Fn(&Refresh) -> bool) {
        let gone: Vec<String> = self.refreshes.values().filter(|r| wanted(r)).map(|r| r.token.clone()).collect();
        for token in gone {
            batch.delete(&SPACE, format!("refresh\n{token}"));
            self.refreshes.remove(&token);
        }
    }

    pub fn post(&mut self, message: Message, batch: &mut Batch) {
        let number = self.mail.back().map_or(0, |(number, _)| number + 1);
        batch.put(&SPACE, format!("mail\n{number:020}"), encode(&message));
        self.mail.push_back((number, message));
        if self.mail.len() > MAILBOX
            && let Some((oldest, _)) = self.mail.pop_front()
        {
            batch.delete(&SPACE, format!("mail\n{oldest:020}"));
        }
    }
}

/// A user's attributes as the API lists them, `sub` first.
pub(crate) fn describe_attributes(user: &User) -> Vec<Value> {
    let pair = |name: &str, value: &str| serde_json::json!({"Name": name, "Value": value});
    let sub = std::iter::once(pair("sub", &user.sub));
    sub.chain(user.attributes.iter().map(|(name, value)| pair(name, value))).collect()
}

/// The attributes that a request lists as names and values.
pub(crate) fn read_attributes(list: &Value) -> BTreeMap<String, String> {
    let pairs = list.as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    pairs.map(|pair| (text(&pair["Name"]), text(&pair["Value"]))).collect()
}

/// Refuses attributes that the pool does not know, or whose value cannot be.
pub(crate) fn check_attributes(pool: &Pool, attributes: &BTreeMap<String, String>) -> Result<(), Error> {
    let custom: Vec<String> = pool.settings["Schema"].as_array().into_iter().flatten().map(custom_name).collect();
    for (name, value) in attributes {
        let known = rules::STANDARD_ATTRIBUTES.contains(&name.as_str()) || custom.contains(name);
        if !known {
            let message = format!(
                "Attributes did not conform to the schema: Type for attribute {{{name}}} could not be determined"
            );
            return Err(Error::invalid(message));
        }
        match name.as_str() {
            "email" if !value.is_empty() && !rules::is_email(value) => {
                return Err(Error::invalid("Invalid email address format."));
            }
            "phone_number" if !value.is_empty() && !rules::is_phone_number(value) => {
                return Err(Error::invalid("Invalid phone number format."));
            }
            "sub" => return Err(Error::invalid("Cannot modify an already provided sub")),
            _ => {}
        }
    }
    Ok(())
}

/// Refuses a new user without an attribute that the pool requires.
pub(crate) fn check_required(pool: &Pool, attributes: &BTreeMap<String, String>) -> Result<(), Error> {
    let required = pool.settings["Schema"].as_array().into_iter().flatten().filter(|field| field["Required"] == true);
    let missing: Vec<String> = required
        .filter_map(|field| field["Name"].as_str())
        .filter(|name| !attributes.contains_key(*name))
        .map(|name| format!("{name}: The attribute is required"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::invalid(format!("Attributes did not conform to the schema: {}\n", missing.join("\n"))))
}

fn custom_name(field: &Value) -> String {
    let name = field["Name"].as_str().unwrap_or_default();
    if rules::STANDARD_ATTRIBUTES.contains(&name) { name.to_owned() } else { format!("custom:{name}") }
}

/// The members of `value` without nulls.
pub(crate) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            Value::Object(fields.into_iter().filter(|(_, field)| !field.is_null()).collect::<Map<_, _>>())
        }
        other => other,
    }
}

fn encode(value: &impl Serialize) -> Vec<u8> {
    // Plain data with string keys always serializes.
    serde_json::to_vec(value).unwrap_or_default()
}
