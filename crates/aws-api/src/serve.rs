//! From a request to a service's operation and back.

use std::{any::Any, rc::Rc};

use http::{HeaderValue, StatusCode};
use kernel::{Access, AwsError, Kernel, Request, Response, Scope, async_trait};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Api, Operation, Output, Protocol, cbor, json, query, rest_json, rest_xml, validate};

/// One call of an operation: what is asked, of what, by whom and where.
#[derive(Clone, Debug)]
pub struct Call {
    /// The operation's name.
    pub operation: &'static str,
    /// The input, with AWS's member names.
    pub input: Value,
    /// Account, region, caller.
    pub scope: Scope,
    /// What the service read of the body itself: see [`Operations::read`].
    pub read: Option<Rc<dyn Any>>,
}

/// A service that is described by a table.
#[async_trait(?Send)]
pub trait Operations {
    /// The service's table.
    fn api(&self) -> &'static Api;

    /// Checks the input before anything else happens. The default is the model's constraints in the
    /// words of AWS's common validator; services with words of their own replace it.
    fn validate(&self, call: &Call) -> Result<(), AwsError> {
        let api = self.api();
        api.operations.get(call.operation).map_or(Ok(()), |operation| validate(api, operation, &call.input))
    }

    /// Reads the body of a busy operation itself, if nothing in it could be refused: what is left for the
    /// input, and what was read. Such an input is not checked against the model any more.
    fn read(&self, _operation: &str, _body: &[u8], _scope: &Scope) -> Option<(Value, Rc<dyn Any>)> {
        None
    }

    /// Which IAM actions on which resources the call needs.
    fn access(&self, call: &Call) -> Vec<Access>;

    /// Does it. An operation that is not there yet answers [`unknown_operation`].
    async fn call(&self, call: Call) -> Result<Value, AwsError>;

    /// Does it; a service with large answers writes them itself.
    async fn answer(&self, call: Call) -> Result<Output, AwsError> {
        self.call(call).await.map(Output::from)
    }
}

/// The error for an operation that this service does not offer, as AWS words it per protocol.
pub fn unknown_operation(api: &Api) -> AwsError {
    match api.protocol {
        Protocol::Query { .. } => AwsError::new("InvalidAction", "The action is not valid for this web service"),
        Protocol::RestJson => AwsError::new("UnknownOperationException", "").with_status(StatusCode::NOT_FOUND),
        Protocol::RestXml { .. } => {
            AwsError::new("NotImplemented", "A header you provided implies functionality that is not implemented")
                .with_status(StatusCode::NOT_IMPLEMENTED)
        }
        Protocol::Json { .. } | Protocol::Cbor => AwsError::new("UnknownOperationException", ""),
    }
}

/// Reads a validated input into a type of the service.
pub fn parse<T: DeserializeOwned>(input: Value) -> Result<T, AwsError> {
    serde_json::from_value(input).map_err(|error| json::serialization(error.to_string()))
}

/// An input that has already been read: how services of the same cloud call each other.
#[derive(Clone)]
struct Typed {
    operation: String,
    input: Value,
}

/// The result of a [`Typed`] request, beside an empty body.
#[derive(Clone)]
struct Outcome(Result<Value, AwsError>);

/// Calls `operation` of `service` by its public API, as `scope.caller`. The request passes the router
/// like any other; only its text form is skipped.
///
/// `service` is the name of a table, under which the service is also registered in the router.
pub async fn invoke(
    kernel: &Kernel,
    scope: Scope,
    service: &str,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    let mut request = Request::default();
    request.extensions_mut().insert(scope);
    request.extensions_mut().insert(Typed { operation: operation.to_owned(), input });
    let mut response = kernel.router.dispatch(kernel, service, request).await;
    match response.extensions_mut().remove::<Outcome>() {
        Some(Outcome(result)) => result,
        None => Err(AwsError::internal(format!("{service} does not take part in this cloud"))),
    }
}

/// Answers `request` by the operations of a service: reads, validates, authorizes, calls, writes.
pub async fn serve(kernel: &Kernel, operations: &dyn Operations, mut request: Request) -> Response {
    let api = operations.api();
    let protocol = spoken(api, &request);
    let scope = request.extensions_mut().remove::<Scope>().unwrap_or_else(|| Scope::root(kernel));
    let (span, request_id) = (scope.span, scope.request_id.clone());
    let typed = request.extensions_mut().remove::<Typed>();
    let decoded = match &typed {
        Some(typed) => decode_typed(api, typed).map(|(operation, input)| (operation, input, None)),
        None => match read_by_service(operations, &request, &scope) {
            Some((operation, input, read)) => Ok((operation, input, Some(read))),
            None => decode(api, protocol, &request).map(|(operation, input)| (operation, input, None)),
        },
    };
    let operation = decoded.as_ref().ok().map(|(operation, ..)| *operation);
    let result = match decoded {
        Ok((operation, input, read)) => {
            let call = Call { operation: operation.name, input, scope, read };
            run(kernel, operations, call).await.map_err(|error| with_table_status(api, error))
        }
        Err(error) => Err(error),
    };
    if let (Some(span), Err(error)) = (span, &result) {
        kernel.trace.fail(span, &error.code);
    }
    if typed.is_some() {
        let mut response = Response::default();
        if let Err(error) = &result {
            *response.status_mut() = error.status;
        }
        response.extensions_mut().insert(Outcome(result.map(Output::into_value)));
        return response;
    }
    encode(api, protocol, operation, result, &request_id)
}

/// The protocol of a request: what an API speaks beside its own one is told by a header that only CBOR
/// has, and by the target, which only forms have not.
fn spoken(api: &Api, request: &Request) -> Protocol {
    let Some(namespace) = api.query else { return api.protocol };
    if cbor::is_spoken(request) {
        Protocol::Cbor
    } else if request.headers().contains_key("x-amz-target") {
        api.protocol
    } else {
        Protocol::Query { namespace }
    }
}

async fn run(kernel: &Kernel, operations: &dyn Operations, call: Call) -> Result<Output, AwsError> {
    if let Some(span) = call.scope.span {
        kernel.trace.name(span, call.operation);
    }
    if call.read.is_none() {
        operations.validate(&call)?;
    }
    let allowed = kernel.permissions.check(&call.scope.caller, &operations.access(&call));
    allowed.map_err(|error| worded_for(operations.api().protocol, error))?;
    operations.answer(call).await
}

/// A refusal of the judge as each protocol writes it.
fn worded_for(protocol: Protocol, error: AwsError) -> AwsError {
    match protocol {
        Protocol::Json { .. } | Protocol::Cbor => error.with_status(StatusCode::BAD_REQUEST),
        Protocol::Query { .. } if error.code == "AccessDeniedException" => {
            AwsError { code: "AccessDenied".to_owned(), ..error }
        }
        Protocol::RestXml { .. } => rest_xml::worded(error),
        Protocol::Query { .. } | Protocol::RestJson => error,
    }
}

/// Gives an error the status that the table knows, unless the service chose one itself.
fn with_table_status(api: &Api, error: AwsError) -> AwsError {
    let known = api.error(&error.code).and_then(|shape| StatusCode::from_u16(shape.status).ok());
    match known {
        Some(status) if error.status == StatusCode::BAD_REQUEST => error.with_status(status),
        _ => error,
    }
}

/// An operation, what is left for its input, and what the service read.
type OwnReading = (&'static Operation, Value, Rc<dyn Any>);

fn read_by_service(operations: &dyn Operations, request: &Request, scope: &Scope) -> Option<OwnReading> {
    let api = operations.api();
    let Protocol::Json { target, .. } = api.protocol else { return None };
    let operation = json::named(api, target, request).ok()?;
    let (input, read) = operations.read(operation.name, request.body(), scope)?;
    Some((operation, input, read))
}

fn decode_typed(api: &'static Api, typed: &Typed) -> Result<(&'static Operation, Value), AwsError> {
    let operation = api.operations.get(typed.operation.as_str()).ok_or_else(|| unknown_operation(api))?;
    Ok((operation, typed.input.clone()))
}

fn decode(api: &'static Api, protocol: Protocol, request: &Request) -> Result<(&'static Operation, Value), AwsError> {
    match protocol {
        Protocol::Json { target, .. } => json::decode(api, target, request),
        Protocol::RestJson => rest_json::decode(api, request),
        Protocol::RestXml { .. } => rest_xml::decode(api, request),
        Protocol::Query { .. } => query::decode(api, request),
        Protocol::Cbor => cbor::decode(api, request),
    }
}

fn encode(
    api: &Api,
    protocol: Protocol,
    operation: Option<&Operation>,
    result: Result<Output, AwsError>,
    request_id: &str,
) -> Response {
    let mut response = match (protocol, operation, result) {
        (Protocol::Json { version, .. }, Some(_), Ok(output)) => json::encode(version, output),
        (Protocol::RestJson, Some(operation), Ok(output)) => rest_json::encode(api, operation, output.into_value()),
        (Protocol::RestXml { namespace }, Some(operation), Ok(output)) => {
            rest_xml::encode(api, namespace, operation, output.into_value())
        }
        (Protocol::Query { namespace }, Some(operation), Ok(output)) => {
            query::encode(api, namespace, operation, &output.into_value(), request_id)
        }
        (Protocol::Cbor, Some(operation), Ok(output)) => cbor::encode(api, operation, &output.into_value()),
        (protocol, _, Err(error)) => encode_error(api, protocol, &error, request_id),
        // A result without an operation cannot be: only a decoded operation is called.
        (protocol, None, Ok(_)) => encode_error(api, protocol, &unknown_operation(api), request_id),
    };
    if matches!(protocol, Protocol::RestXml { .. }) {
        rest_xml::add_ids(&mut response, request_id);
    } else if let Ok(value) = HeaderValue::try_from(request_id) {
        response.headers_mut().insert("x-amzn-requestid", value);
    }
    response
}

/// Writes `error` as this API writes errors: for refusals before an operation is known.
fn encode_error(api: &Api, protocol: Protocol, error: &AwsError, request_id: &str) -> Response {
    match protocol {
        Protocol::Json { version, .. } => json::encode_error(api, version, error),
        Protocol::Cbor => cbor::encode_error(api, error),
        Protocol::RestJson => rest_json::encode_error(api, error),
        Protocol::RestXml { .. } => rest_xml::encode_error(error, request_id),
        Protocol::Query { namespace } => query::encode_error(api, namespace, error, request_id),
    }
}

/// The answer by which the door refuses `request` to `api` before its service sees it.
pub fn refuse(api: &Api, request: &Request, error: &AwsError, request_id: &str) -> Response {
    let protocol = spoken(api, request);
    encode(api, protocol, None, Err(worded_for(protocol, error.clone())), request_id)
}

/// Whether a request has no text form: it is a call of [`invoke`].
pub fn is_read(request: &Request) -> bool {
    request.extensions().get::<Typed>().is_some()
}

/// Refuses a request whose body or operation cannot be told, which JSON services notice before they ask
/// who calls.
pub fn readable(api: &'static Api, request: &Request) -> Result<(), AwsError> {
    match api.protocol {
        Protocol::Json { target, .. } => {
            json::parse(request.body())?;
            json::named(api, target, request).map(drop)
        }
        _ => Ok(()),
    }
}
