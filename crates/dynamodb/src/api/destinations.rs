//! Enable, Disable, Update and DescribeKinesisStreamingDestination.

use aws_api::Call;
use kernel::AwsError;
use serde_json::{Map, Value, json};

use super::{Input, put_some};
use crate::{
    DynamoDb,
    rules::invalid_request,
    state::{Destination, DestinationStatus, TableDefinition},
};

const PRECISION: &str = "ApproximateCreationDateTimePrecision";

impl DynamoDb {
    /// EnableKinesisStreamingDestination. As in AWS the stream is looked for only after the answer is
    /// certain: one that is not there shows at the next look.
    pub async fn enable_kinesis_streaming_destination(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let configuration = input.structure("EnableKinesisStreamingConfiguration");
        let precision = configuration.text(PRECISION).map(str::to_owned);
        self.look(call, input.table_name(), |table| table.destination().is_some())
            .and_then(|is_live| if is_live { Err(already_enabled()) } else { Ok(()) })?;
        let status = self.reach(call).await;
        let arn = stream_arn(input).to_owned();
        self.change(call, input.table_name(), |table| {
            if table.destination().is_some() {
                return Err(already_enabled());
            }
            let destinations = &mut table.keeping.destinations;
            destinations.retain(|destination| destination.arn != arn);
            destinations.insert(0, Destination { arn, status, precision });
            Ok(())
        })
        .await?;
        let answer = answer(input, "ENABLING");
        Ok(with(answer, "EnableKinesisStreamingConfiguration", configuration.0))
    }

    /// DisableKinesisStreamingDestination
    pub async fn disable_kinesis_streaming_destination(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        if input.has("EnableKinesisStreamingConfiguration") {
            return Err(AwsError::validation(
                "Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters",
            ));
        }
        self.change(call, input.table_name(), |table| {
            let destination = active(table, stream_arn(input)).ok_or_else(|| {
                invalid_state("KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.")
            })?;
            destination.status = DestinationStatus::Disabled;
            destination.precision = None;
            Ok(())
        })
        .await?;
        Ok(Value::Object(answer(input, "DISABLING")))
    }

    /// UpdateKinesisStreamingDestination
    pub async fn update_kinesis_streaming_destination(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let configuration = input.structure("UpdateKinesisStreamingConfiguration");
        let Some(precision) = configuration.text(PRECISION) else {
            return Err(AwsError::validation(
                "Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration \
                 cannot be null or contain only null values",
            ));
        };
        let arn = stream_arn(input);
        self.change(call, input.table_name(), |table| {
            let (name, id) = (table.name.clone(), table.uuid.clone());
            if !table.keeping.destinations.iter().any(|destination| destination.arn == arn) {
                return Err(invalid_state(&format!(
                    "No streaming destination with streamArn: {arn} found for table with tableName: {name}"
                )));
            }
            let destination = active(table, arn).ok_or_else(|| {
                invalid_state(&format!(
                    "Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. TableName: \
                     {name}, kdsArn: {arn}"
                ))
            })?;
            if destination.precision.as_deref().unwrap_or("MILLISECOND") == precision {
                return Err(invalid_request(format_args!(
                    "Precision is already set to the desired value of {precision} for tableId: {id}, kdsArn: {arn}"
                )));
            }
            destination.precision = Some(precision.to_owned());
            Ok(())
        })
        .await?;
        Ok(with(answer(input, "UPDATING"), "UpdateKinesisStreamingConfiguration", configuration.0))
    }

    /// DescribeKinesisStreamingDestination
    pub fn describe_kinesis_streaming_destination(&self, call: &Call) -> Result<Value, AwsError> {
        self.look(call, Input(&call.input).table_name(), |table| {
            let destinations: Vec<Value> = table.keeping.destinations.iter().map(description).collect();
            json!({"TableName": table.name, "KinesisDataStreamDestinations": destinations})
        })
    }

    /// Whether there is such a data stream and the caller may use it.
    async fn reach(&self, call: &Call) -> DestinationStatus {
        let arn = stream_arn(Input(&call.input));
        let scope = call.scope.child(&self.kernel, call.scope.caller.clone());
        let is_here = arn.split(':').nth(3) == Some(call.scope.region.as_str());
        let input = json!({"StreamARN": arn});
        let found = self.ask_kinesis(scope, "DescribeStreamSummary", &input).await;
        match found {
            Ok(_) if is_here => DestinationStatus::Active,
            _ => DestinationStatus::Failed("User does not have a permission to use kinesis stream".to_owned()),
        }
    }
}

fn stream_arn(input: Input<'_>) -> &str {
    input.text("StreamArn").unwrap_or_default()
}

fn active<'a>(table: &'a mut TableDefinition, arn: &str) -> Option<&'a mut Destination> {
    let mut destinations = table.keeping.destinations.iter_mut();
    destinations.find(|destination| destination.arn == arn && destination.status == DestinationStatus::Active)
}

fn invalid_state(why: &str) -> AwsError {
    AwsError::validation(format!("Table is not in a valid state to enable Kinesis Streaming Destination: {why}"))
}

fn already_enabled() -> AwsError {
    invalid_state("EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation.")
}

fn answer(input: Input<'_>, status: &str) -> Map<String, Value> {
    Map::from_iter([
        ("TableName".to_owned(), json!(input.table_name())),
        ("StreamArn".to_owned(), json!(stream_arn(input))),
        ("DestinationStatus".to_owned(), json!(status)),
    ])
}

/// The answer repeats the configuration; one that was not given is empty.
fn with(mut answer: Map<String, Value>, name: &str, configuration: &Value) -> Value {
    let configuration = if configuration.is_null() { json!({}) } else { configuration.clone() };
    answer.insert(name.to_owned(), configuration);
    Value::Object(answer)
}

fn description(destination: &Destination) -> Value {
    let mut answer = Map::new();
    answer.insert("StreamArn".to_owned(), json!(destination.arn));
    answer.insert("DestinationStatus".to_owned(), json!(destination.status.name()));
    if let DestinationStatus::Failed(why) = &destination.status {
        answer.insert("DestinationStatusDescription".to_owned(), json!(why));
    }
    put_some(&mut answer, PRECISION, destination.precision.as_ref().map(|precision| json!(precision)));
    Value::Object(answer)
}
