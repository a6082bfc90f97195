use super::*;
use kernel::testing;
use serde_json::Value;

struct Letter;

impl Mailbox for Letter {
    fn messages(&self) -> Vec<Mail> {
        let text = |text: &str| text.to_owned();
        vec![Mail {
            to: text("ann@example.com"),
            channel: text("email"),
            subject: text("Hi"),
            body: text("1"),
            code: text("1"),
            time_ms: 7,
        }]
    }
}

async fn open(kernel: &Kernel) -> Rc<Control> {
    let time = VirtualTime::restore(kernel).await.unwrap();
    let control = Control::open(kernel, time).await.unwrap();
    control.add_mailbox(Rc::new(Letter));
    control
}

async fn ask(kernel: &Kernel, caller: Caller, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut request = http::Request::builder()
        .method(method)
        .uri(format!("https://samlet.internal{path}"))
        .body(body.to_owned().into())
        .unwrap();
    request.extensions_mut().insert(Scope::new(kernel, "us-east-1", caller));
    let response = kernel.router.dispatch(kernel, SERVICE, request).await;
    (response.status().as_u16(), String::from_utf8(response.body().to_vec()).unwrap())
}

async fn root(kernel: &Kernel, method: &str, path: &str, body: &str) -> (u16, Value) {
    let caller = Caller::Root { account: "123456789012".into() };
    let (status, body) = ask(kernel, caller, method, path, body).await;
    (status, serde_json::from_str(&body).unwrap_or(Value::String(body)))
}

#[test]
fn files_are_kept_across_restarts() {
    let backend = Rc::new(kernel::MemoryBackend::default());
    testing::run_on(backend.clone(), |kernel| async move {
        open(&kernel).await;
        assert_eq!(root(&kernel, "PUT", "/files/src/a%20b.js", "1").await.0, 200);
        assert_eq!(root(&kernel, "PUT", "/files/x", "2").await.0, 200);
        assert_eq!(root(&kernel, "DELETE", "/files/x", "").await.0, 200);
        assert_eq!(root(&kernel, "PUT", "/project", r#"{"name": "mine"}"#).await.0, 200);
        assert_eq!(root(&kernel, "PUT", "/files/../x", "").await.0, 400);
        assert_eq!(root(&kernel, "GET", "/files/x", "").await.0, 404);
    });
    testing::run_on(backend, |kernel| async move {
        open(&kernel).await;
        assert_eq!(root(&kernel, "GET", "/files", "").await.1, json!({"name": "mine", "files": ["src/a b.js"]}));
        assert_eq!(root(&kernel, "GET", "/files/src/a%20b.js", "").await.1, json!(1));
    });
}

#[test]
fn a_project_is_replaced_as_a_whole() {
    testing::run(|kernel| async move {
        open(&kernel).await;
        root(&kernel, "PUT", "/files/old", "1").await;
        let (_, shown) = root(&kernel, "PUT", "/project", r#"{"name": "p", "files": {"new": "aGk="}}"#).await;
        assert_eq!(shown, json!({"name": "p", "files": ["new"]}));
        assert_eq!(root(&kernel, "GET", "/files/new", "").await.1, json!("hi"));
    });
}

#[test]
fn only_root_is_let_in() {
    testing::run(|kernel| async move {
        open(&kernel).await;
        for caller in [Caller::Anonymous, Caller::service("lambda")] {
            assert_eq!(ask(&kernel, caller, "GET", "/files", "").await.0, 403);
        }
    });
}

#[test]
fn the_clock_moves_when_told() {
    testing::run(|kernel| async move {
        open(&kernel).await;
        let before = root(&kernel, "GET", "/clock", "").await.1["now_ms"].as_u64().unwrap();
        let (_, clock) = root(&kernel, "POST", "/clock", r#"{"advance_ms": 60000}"#).await;
        assert_eq!(clock, json!({"now_ms": before + 60_000, "rate": 1.0, "paused": false}));
        assert_eq!(root(&kernel, "POST", "/clock", r#"{"pause": true}"#).await.1["paused"], true);
        assert_eq!(root(&kernel, "POST", "/clock", r#"{"rate": 0}"#).await.0, 400);
        assert_eq!(root(&kernel, "POST", "/clock", "{}").await.0, 400);
    });
}

#[test]
fn the_mailbox_and_the_trace_are_shown() {
    testing::run(|kernel| async move {
        open(&kernel).await;
        let (_, mailbox) = root(&kernel, "GET", "/mailbox", "").await;
        assert_eq!(mailbox["messages"][0]["to"], "ann@example.com");
        assert_eq!(root(&kernel, "GET", "/requests", "").await.1, json!({"requests": []}));
        assert_eq!(root(&kernel, "GET", "/nothing", "").await.0, 404);
    });
}

#[test]
fn a_project_that_cannot_be_built_says_where() {
    testing::run(|kernel| async move {
        open(&kernel).await;
        let template = "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: gone\n";
        root(&kernel, "PUT", "/files/template.yaml", template).await;
        let (status, refusal) = root(&kernel, "POST", "/deploy", "").await;
        assert_eq!((status, &refusal["diagnostics"][0]["line"]), (400, &json!(5)));
        let (_, found) = root(&kernel, "POST", "/diagnose", template).await;
        assert_eq!(found["diagnostics"][0]["message"], "There is no folder gone in the project, or it is empty.");
    });
}

#[test]
fn tables_are_as_fast_as_they_are_told_to_be_also_after_a_restart() {
    let backend = Rc::new(kernel::MemoryBackend::default());
    testing::run_on(backend.clone(), |kernel| async move {
        let control = open(&kernel).await;
        assert_eq!(root(&kernel, "GET", "/dynamodb", "").await.0, 501);
        control.add_tables(dynamodb::DynamoDb::open(&kernel).await.unwrap());
        let at_first =
            json!({"table_ms": 0, "index_lag_ms": 0, "replica_lag_ms": 0, "unthrottled": false, "collection_bytes": 0});
        assert_eq!(root(&kernel, "GET", "/dynamodb", "").await.1, at_first);
        assert_eq!(root(&kernel, "POST", "/dynamodb", r#"{"speed": 1}"#).await.0, 400);
        root(&kernel, "POST", "/dynamodb", r#"{"table_ms": 5000}"#).await;
        root(&kernel, "POST", "/dynamodb", r#"{"index_lag_ms": 200}"#).await;
    });
    testing::run_on(backend, |kernel| async move {
        let control = open(&kernel).await;
        control.add_tables(dynamodb::DynamoDb::open(&kernel).await.unwrap());
        let kept = json!({"table_ms": 5000, "index_lag_ms": 200, "replica_lag_ms": 0, "unthrottled": false, "collection_bytes": 0});
        assert_eq!(root(&kernel, "GET", "/dynamodb", "").await.1, kept);
    });
}
