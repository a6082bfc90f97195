//! `PutMetricData`: what is taken and what is refused.

use std::io::Read;

use aws_api::Call;
use flate2::read::MultiGzDecoder;
use http::header;
use kernel::{AwsError, Distribution, Request};
use serde_json::{Value, json};

use super::{Metrics, dimensions, invalid_combination, invalid_value, missing, place, store::MetricName, units::Unit};

/// The most bytes of a request, unpacked.
const MOST_BYTES: u64 = 1 << 20;

const MOST_METRICS: usize = 1000;
const MOST_VALUES: usize = 150;
const MOST_DIMENSIONS: usize = 30;
const MOST_NAME: usize = 255;

/// How far back and ahead a value may lie, in seconds.
const OLDEST: f64 = 14.0 * 86_400.0;
const NEWEST: f64 = 2.0 * 3600.0;

/// Values of a metric in one second.
pub struct Datum {
    pub name: MetricName,
    pub unit: Unit,
    pub second: u64,
    /// Whether they are kept by the second.
    pub fine: bool,
    pub values: Distribution,
}

/// A distribution of single values.
pub fn values_of(values: &[f64]) -> Distribution {
    let mut all = Distribution::default();
    for value in values {
        all.add(*value, 1.0);
    }
    all
}

impl Metrics {
    pub(super) async fn put_metric_data(&self, call: Call) -> Result<Value, AwsError> {
        let namespace = call.input["Namespace"].as_str().unwrap_or_default();
        check_namespace(namespace)?;
        let data = call.input["MetricData"].as_array().map_or(&[][..], Vec::as_slice);
        let with_entities = call.input["EntityMetricData"].as_array().map_or(&[][..], Vec::as_slice);
        let lists = with_entities.iter().filter_map(|entry| Some(entry["MetricData"].as_array()?.as_slice()));
        let lists: Vec<&[Value]> = std::iter::once(data).chain(lists).collect();
        let count: usize = lists.iter().map(|list| list.len()).sum();
        if count == 0 {
            return Err(missing("The parameter MetricData is required."));
        }
        if count > MOST_METRICS {
            return Err(invalid_value(format!(
                "The collection MetricData must not have a size greater than {MOST_METRICS}."
            )));
        }
        let now = self.kernel.clock.now().secs_f64();
        let mut read = Vec::with_capacity(count);
        for list in lists {
            for (index, datum) in list.iter().enumerate() {
                read.push(self::read(namespace, &format!("MetricData.member.{}", index + 1), datum, now)?);
            }
        }
        self.add(&place(&call.scope), read).await?;
        Ok(json!({}))
    }
}

/// Unpacks a body that came packed.
pub fn inflate(request: &mut Request) -> Result<(), AwsError> {
    let is_packed = request.headers().get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding == "gzip");
    if !is_packed {
        return Ok(());
    }
    let mut body = Vec::new();
    let mut unpacked = MultiGzDecoder::new(&request.body()[..]).take(MOST_BYTES + 1);
    let is_whole = unpacked.read_to_end(&mut body).is_ok();
    if !is_whole || body.len() as u64 > MOST_BYTES {
        return Err(invalid_value("The body of the request cannot be unpacked to at most 1 MB."));
    }
    *request.body_mut() = body.into();
    request.headers_mut().remove(header::CONTENT_ENCODING);
    Ok(())
}

fn check_namespace(namespace: &str) -> Result<(), AwsError> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || " .-_/#:".contains(letter);
    if namespace.starts_with("AWS/") {
        return Err(invalid_value("The value AWS/ for parameter Namespace is invalid."));
    }
    if namespace.starts_with(':') || !namespace.chars().all(allowed) || namespace.trim().is_empty() {
        return Err(invalid_value(format!("The value {namespace} for parameter Namespace is invalid.")));
    }
    Ok(())
}

/// Reads one entry, which stands at `path`.
fn read(namespace: &str, path: &str, datum: &Value, now: f64) -> Result<Datum, AwsError> {
    let name = datum["MetricName"].as_str().unwrap_or_default();
    if name.is_empty() || name.len() > MOST_NAME {
        return Err(invalid_value(format!("The value {name} for parameter {path}.MetricName is invalid.")));
    }
    let dimensions = dimensions(&datum["Dimensions"]);
    check_dimensions(path, &dimensions)?;
    let second = moment(path, datum, now)?;
    let unit = match datum["Unit"].as_str() {
        None => Unit::default(),
        Some(unit) => Unit::named(unit)
            .ok_or_else(|| invalid_value(format!("The value {unit} for parameter {path}.Unit is invalid.")))?,
    };
    let fine = match datum["StorageResolution"].as_u64() {
        None | Some(60) => false,
        Some(1) => true,
        Some(other) => {
            let message = format!("The value {other} for parameter {path}.StorageResolution is invalid.");
            return Err(invalid_value(message));
        }
    };
    let values = read_values(path, datum)?;
    Ok(Datum { name: MetricName::new(namespace, name, dimensions), unit, second, fine, values })
}

fn check_dimensions(path: &str, dimensions: &[(String, String)]) -> Result<(), AwsError> {
    if dimensions.len() > MOST_DIMENSIONS {
        return Err(invalid_value(format!(
            "The collection {path}.Dimensions must not have a size greater than {MOST_DIMENSIONS}."
        )));
    }
    for (index, (name, value)) in dimensions.iter().enumerate() {
        let is_name = !name.starts_with(':') && name.is_ascii() && !name.trim().is_empty() && name.len() <= MOST_NAME;
        let is_value = value.is_ascii() && !value.trim().is_empty() && value.len() <= 1024;
        for (what, text, is_fine) in [("Name", name, is_name), ("Value", value, is_value)] {
            if !is_fine {
                let path = format!("{path}.Dimensions.member.{}.{what}", index + 1);
                return Err(invalid_value(format!("The value {text} for parameter {path} is invalid.")));
            }
        }
    }
    Ok(())
}

fn moment(path: &str, datum: &Value, now: f64) -> Result<u64, AwsError> {
    let moment = datum["Timestamp"].as_f64().unwrap_or(now);
    if moment < now - OLDEST {
        return Err(invalid_value(format!(
            "The parameter {path}.Timestamp must specify a time no more than two weeks in the past."
        )));
    }
    if moment > now + NEWEST {
        return Err(invalid_value(format!(
            "The parameter {path}.Timestamp must specify a time within two hours of the current time."
        )));
    }
    Ok(moment as u64)
}

fn read_values(path: &str, datum: &Value) -> Result<Distribution, AwsError> {
    let has = |name: &str| !datum[name].is_null();
    for (one, other) in [("Value", "Values"), ("Value", "StatisticValues")] {
        if has(one) && has(other) {
            return Err(invalid_combination(format!(
                "The parameters {path}.{one} and {path}.{other} are mutually exclusive and you have specified both."
            )));
        }
    }
    let mut found = Distribution::default();
    if has("Value") {
        found.add(number(&format!("{path}.Value"), &datum["Value"])?, 1.0);
    } else if has("Values") {
        read_list(path, datum, &mut found)?;
    }
    if has("StatisticValues") {
        let part = |name: &str| number(&format!("{path}.StatisticValues.{name}"), &datum["StatisticValues"][name]);
        let (count, sum, min, max) = (part("SampleCount")?, part("Sum")?, part("Minimum")?, part("Maximum")?);
        if count <= 0.0 || min > max {
            return Err(invalid_value(format!("The parameter {path}.StatisticValues is invalid.")));
        }
        found.add_summary(count, sum, min, max);
    }
    if found.count <= 0.0 {
        return Err(missing(format!(
            "At least one of the parameters {path}.Value, {path}.Values or {path}.StatisticValues must be specified."
        )));
    }
    Ok(found)
}

fn read_list(path: &str, datum: &Value, found: &mut Distribution) -> Result<(), AwsError> {
    let list = |name: &str| datum[name].as_array().cloned();
    let values = list("Values").unwrap_or_default();
    let counts = list("Counts").unwrap_or_else(|| vec![json!(1); values.len()]);
    if values.len() != counts.len() {
        return Err(invalid_value(format!("The parameters {path}.Values and {path}.Counts must be of the same size.")));
    }
    if values.len() > MOST_VALUES {
        return Err(invalid_value(format!(
            "The collection {path}.Values must not have a size greater than {MOST_VALUES}."
        )));
    }
    for (index, (value, count)) in values.iter().zip(&counts).enumerate() {
        let value = number(&format!("{path}.Values.member.{}", index + 1), value)?;
        let count = number(&format!("{path}.Counts.member.{}", index + 1), count)?;
        if count < 0.0 {
            let message = format!("The value {count} for parameter {path}.Counts.member.{} is invalid.", index + 1);
            return Err(invalid_value(message));
        }
        if count > 0.0 {
            found.add(value, count);
        }
    }
    Ok(())
}

/// A number within what AWS keeps: -2^360 to 2^360.
fn number(path: &str, value: &Value) -> Result<f64, AwsError> {
    let Some(number) = value.as_f64() else {
        let value = value.as_str().unwrap_or("null");
        return Err(invalid_value(format!("The value {value} for parameter {path} is invalid.")));
    };
    if number.abs() > 2f64.powi(360) {
        return Err(invalid_value(format!("The value {number} for parameter {path} is invalid.")));
    }
    Ok(number)
}
