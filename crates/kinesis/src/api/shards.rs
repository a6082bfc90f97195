//! Shards: listed, split, merged, counted.

use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::AwsError;
use serde_json::{Value, json};

use super::{limit, nothing, page, streams::open_shards, text};
use crate::{
    Kinesis,
    rules::{check_shard_limit, invalid, must_be_active, must_be_provisioned, no_shard},
    state::{self, Change, Shard, Stream, shard_id, shard_number},
};

/// How long a token of ListShards lasts, in milliseconds.
const TOKEN_LASTS: u64 = 300_000;

impl Kinesis {
    pub(super) fn list_shards(&self, call: &Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let is_named = ["StreamName", "StreamARN"].iter().any(|member| !input[*member].is_null());
        let (mut after, mut named) = (input["ExclusiveStartShardId"].as_str().map(str::to_owned), call.clone());
        match input["NextToken"].as_str() {
            None if !is_named => return Err(invalid("Either NextToken or StreamName should be provided.")),
            None => {}
            Some(_) if is_named => return Err(invalid("NextToken and StreamName cannot be provided together.")),
            Some(token) => {
                let (stream, last) = self.read_token(token)?;
                named.input["StreamName"] = json!(stream);
                after = Some(last);
            }
        }
        let now = self.now();
        self.look(&named, |stream| {
            let wanted = filter(input, stream, now)?;
            let shards = described(stream, now).into_iter().filter(|(id, _)| wanted.contains(id));
            let (shards, more) = page(shards, after.as_deref(), limit(&input["MaxResults"], 1000));
            let token = shards.last().filter(|_| more).map(|(last, _)| token(now, &stream.name, last));
            let shards: Value = shards.into_iter().map(|(_, shard)| shard).collect();
            let mut answer = json!({"Shards": shards});
            if let Some(token) = token {
                answer["NextToken"] = json!(token);
            }
            Ok(answer)
        })
    }

    fn read_token(&self, token: &str) -> Result<(String, String), AwsError> {
        let refused = || invalid("NextToken is invalid.");
        let text = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(refused)?;
        let mut parts = text.splitn(3, '/');
        let (Some(made), Some(stream), Some(last)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refused());
        };
        let made: u64 = made.parse().map_err(|_| refused())?;
        if self.now().saturating_sub(made) > TOKEN_LASTS {
            return Err(AwsError::new("ExpiredNextTokenException", "NextToken has expired."));
        }
        Ok((stream.to_owned(), last.to_owned()))
    }

    pub(super) async fn split_shard(&self, call: &Call) -> Result<Value, AwsError> {
        let (account, id, key) = (&call.scope.account, text(call, "ShardToSplit"), text(call, "NewStartingHashKey"));
        let name = super::stream_name(call)?;
        let number = shard_number(id).ok_or_else(|| no_shard(id, &name, account))?;
        let (place, now) = (state::place(&call.scope), self.now());
        let open = open_shards(self.state.borrow().streams(&place));
        self.change(call, |stream| {
            must_be_active(stream, account)?;
            must_be_provisioned(stream, account)?;
            let shard = open_shard(stream, number, account)?;
            check_shard_limit(open, 1, account, &place.1)?;
            let (first, last) = (shard.first, shard.last);
            let before = key.parse::<u128>().ok().filter(|key| *key > first.saturating_add(1) && *key < last);
            let Some(before) = before else {
                return Err(invalid(format!(
                    "NewStartingHashKey {key} used in SplitShard() on {} is not both greater than one plus the shard's \
                     StartingHashKey {first} and less than the shard's EndingHashKey {last}.",
                    state::shard_of(number, &name, account)
                )));
            };
            stream.begin(Change::Split(number, before), now);
            Ok(nothing())
        })
        .await
    }

    pub(super) async fn merge_shards(&self, call: &Call) -> Result<Value, AwsError> {
        let account = &call.scope.account;
        let name = super::stream_name(call)?;
        let number = |member| {
            let id = text(call, member);
            shard_number(id).ok_or_else(|| no_shard(id, &name, account))
        };
        let (left, right) = (number("ShardToMerge")?, number("AdjacentShardToMerge")?);
        let now = self.now();
        self.change(call, |stream| {
            must_be_active(stream, account)?;
            must_be_provisioned(stream, account)?;
            let last = open_shard(stream, left, account)?.last;
            if last.checked_add(1) != Some(open_shard(stream, right, account)?.first) {
                return Err(invalid(format!(
                    "Shards {} and {} in stream {name} under account {account} are not an adjacent pair of shards \
                     eligible for merging",
                    shard_id(left),
                    shard_id(right)
                )));
            }
            stream.begin(Change::Merge(left, right), now);
            Ok(nothing())
        })
        .await
    }

    pub(super) async fn update_shard_count(&self, call: &Call) -> Result<Value, AwsError> {
        let account = &call.scope.account;
        let target = call.input["TargetShardCount"].as_u64().unwrap_or_default() as usize;
        let (place, now) = (state::place(&call.scope), self.now());
        let all = open_shards(self.state.borrow().streams(&place));
        self.change(call, |stream| {
            must_be_active(stream, account)?;
            must_be_provisioned(stream, account)?;
            let open = stream.open_shards().count();
            let counts = format!("Current open shard count: {open} Target shard count: {target}");
            if target > 2 * open {
                return Err(invalid(format!(
                    "UpdateShardCount cannot scale up over double your current open shard count. {counts}"
                )));
            }
            if 2 * target < open {
                return Err(invalid(format!(
                    "UpdateShardCount cannot scale down below half your current open shard count. {counts}"
                )));
            }
            check_shard_limit(all, target.saturating_sub(open), account, &place.1)?;
            stream.begin(Change::Count(u32::try_from(target).unwrap_or(u32::MAX)), now);
            Ok(json!({
                "StreamName": stream.name,
                "StreamARN": stream.arn,
                "CurrentShardCount": open,
                "TargetShardCount": target,
            }))
        })
        .await
    }
}

/// The shards of a stream that can be seen, by id: none before it is there, and none whose records have
/// all expired.
pub(super) fn described(stream: &Stream, now: u64) -> Vec<(String, Value)> {
    if stream.status() == "CREATING" {
        return Vec::new();
    }
    let oldest = stream.oldest(now);
    let shards = stream.numbered().filter(|(_, shard)| !shard.is_gone(oldest));
    shards.map(|(number, shard)| (shard_id(number), shard.describe(number))).collect()
}

/// A shard that can be split or merged.
fn open_shard<'a>(stream: &'a Stream, number: u32, account: &str) -> Result<&'a Shard, AwsError> {
    let id = shard_id(number);
    let shard = stream.shards.get(number as usize).ok_or_else(|| no_shard(&id, &stream.name, account))?;
    if shard.closed.is_some() {
        return Err(AwsError::new(
            "ResourceInUseException",
            format!(
                "Shard {id} in stream {} under account {account} has already been merged or split, and thus is not \
                     eligible for merging or splitting.",
                stream.name
            ),
        ));
    }
    Ok(shard)
}

/// Whether a shard with this number is wanted.
type Wanted<'a> = dyn Fn(u32, &Shard) -> bool + 'a;

/// The ids that `ShardFilter` wants.
fn filter(input: &Value, stream: &Stream, now: u64) -> Result<Vec<String>, AwsError> {
    let filter = &input["ShardFilter"];
    let kind = filter["Type"].as_str().unwrap_or("FROM_TRIM_HORIZON");
    let oldest = stream.oldest(now);
    let moment = filter["Timestamp"].as_f64().map(|seconds| (seconds * 1000.0) as u64);
    let needed = |what: &str| invalid(format!("{what} must be provided in ShardFilter when Type is {kind}."));
    let since = |shard: &Shard, moment: u64| shard.closed.is_none_or(|closed| closed >= moment);
    let at = |shard: &Shard, moment: u64| since(shard, moment) && shard.created * 1000 <= moment.max(stream.created);
    let is_wanted: Box<Wanted<'_>> = match kind {
        "AFTER_SHARD_ID" => {
            let after = filter["ShardId"].as_str().ok_or_else(|| needed("ShardId"))?.to_owned();
            Box::new(move |number, _| shard_id(number) > after)
        }
        "AT_LATEST" => Box::new(|_, shard| shard.closed.is_none()),
        "AT_TRIM_HORIZON" => Box::new(move |_, shard| at(shard, oldest)),
        "AT_TIMESTAMP" => {
            let moment = moment.ok_or_else(|| needed("Timestamp"))?;
            Box::new(move |_, shard| at(shard, moment))
        }
        "FROM_TIMESTAMP" => {
            let moment = moment.ok_or_else(|| needed("Timestamp"))?;
            Box::new(move |_, shard| since(shard, moment))
        }
        _ => Box::new(|_, _| true),
    };
    let wanted = stream.numbered().filter(|(number, shard)| is_wanted(*number, shard));
    Ok(wanted.map(|(number, _)| shard_id(number)).collect())
}

fn token(now: u64, stream: &str, last: &str) -> String {
    STANDARD.encode(format!("{now}/{stream}/{last}"))
}
