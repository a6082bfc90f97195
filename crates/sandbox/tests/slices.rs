//! How a sandbox is driven, shown with guests of a few lines.

use bytes::Bytes;
use http::Response;
use sandbox::{Exit, Files, Host, Image, Sandbox, SandboxConfig, Step};
use std::cell::Cell;
use std::rc::Rc;

struct TestHost(Cell<u64>);

impl Host for TestHost {
    fn now_us(&self) -> u64 {
        self.0.get()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        bytes.fill(b'r');
    }
}

/// A guest whose `start`, `wake` and `http_done` have these bodies.
fn image(start: &str, wake: &str, http_done: &str) -> Image {
    let text = format!(
        r#"(module
            (import "samlet" "http_start" (func $http_start (param i32 i32) (result i32)))
            (import "samlet" "http" (func $http (param i32 i32) (result i64)))
            (import "samlet" "take" (func $take (param i32 i32)))
            (import "samlet" "sleep_until" (func $sleep_until (param f64)))
            (import "samlet" "log" (func $log (param i32 i32)))
            (import "samlet" "read" (func $read (param i32 i32 i32 i32 i32) (result i64)))
            (import "samlet" "random" (func $random (param i32 i32)))
            (import "samlet" "wake_at" (func $wake_at (param f64)))
            (import "samlet" "exit" (func $exit (param i32)))
            (import "env" "__rquickjs_host_now_us" (func $now (result f64)))
            (memory (export "memory") 1)
            (global $sp (export "__stack_pointer") (mut i32) (i32.const 4096))
            (data (i32.const 0) "GET http://host.example/\0a\0a")
            (data (i32.const 100) "/var/task/a")
            (data (i32.const 200) "GET http://bad host/\0a\0a")
            (func (export "_initialize"))
            (func (export "boot") (i32.store8 (i32.const 300) (i32.const 66)))
            (func (export "alloc") (param i32) (result i32) (i32.const 1000))
            (func (export "start") {start})
            (func (export "wake") {wake})
            (func (export "http_done") (param $id i32) (param $message i32) (param $len i32) (param $ok i32) {http_done})
        )"#
    );
    Image::new("test", &wat::parse_str(text).expect("the guest is well-formed")).expect("the guest boots")
}

fn config() -> (Rc<TestHost>, SandboxConfig) {
    let host = Rc::new(TestHost(Cell::new(1_000)));
    let config = SandboxConfig::new(Rc::clone(&host) as Rc<dyn Host>);
    (host, config)
}

fn start(image: &Image) -> Sandbox {
    Sandbox::start(image, config().1).expect("the sandbox starts")
}

#[test]
fn an_endless_loop_gives_way_after_each_slice() {
    let mut sandbox = start(&image("(loop $l (br $l))", "", ""));
    for slice in 1..=5 {
        assert!(matches!(sandbox.step(), Step::Continue));
        let used = sandbox.fuel_used();
        assert!((90_000 * slice..=110_000 * slice).contains(&used), "{used} after {slice} slices");
    }
}

#[test]
fn the_same_work_costs_the_same_fuel() {
    let image = image(
        "(local $i i32) (loop $l (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $l (i32.lt_u (local.get $i) (i32.const 250000))))",
        "",
        "",
    );
    let fuel = |slice| {
        let (_, mut config) = config();
        config.fuel_slice = slice;
        let mut sandbox = Sandbox::start(&image, config).unwrap();
        while matches!(sandbox.step(), Step::Continue) {}
        sandbox.fuel_used()
    };
    assert_eq!(fuel(1_000), fuel(1_000_000));
}

#[test]
fn memory_that_grows_in_small_slices_grows_once() {
    let image = image(
        "(local $i i32) (loop $l
            (drop (memory.grow (i32.add (local.get $i) (i32.const 1))))
            (memory.fill (i32.const 1000) (i32.const 1) (i32.const 50000))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $l (i32.lt_u (local.get $i) (i32.const 20))))",
        "",
        "",
    );
    let (_, mut config) = config();
    config.fuel_slice = 1;
    let mut sandbox = Sandbox::start(&image, config).unwrap();
    while matches!(sandbox.step(), Step::Continue) {}
    assert_eq!(sandbox.memory_bytes(), (1 + 210) << 16);
}

#[test]
fn a_guest_at_rest_can_be_copied_and_its_copies_are_woken() {
    let image = image("(i32.store8 (i32.const 300) (i32.const 67))", "(call $log (i32.const 300) (i32.const 1))", "");
    let mut sandbox = start(&image);
    assert!(sandbox.snapshot().unwrap().is_none(), "it has not started yet");
    assert!(matches!(sandbox.step(), Step::Waiting { until_us: None }));
    let snapshot = sandbox.snapshot().unwrap().expect("it is at rest");
    for _ in 0..2 {
        let mut copy = start(&snapshot);
        assert!(matches!(copy.step(), Step::Log(line) if line == "C"));
    }
    assert!(!image.is_snapshot() && snapshot.is_snapshot());
}

#[test]
fn a_guest_that_waits_for_an_answer_cannot_be_copied() {
    let mut sandbox = start(&image("(drop (call $http_start (i32.const 0) (i32.const 26)))", "", ""));
    let Step::Http(call) = sandbox.step() else { panic!("the guest calls") };
    assert!(sandbox.snapshot().unwrap().is_none());
    sandbox.complete(call.id, Response::default());
    assert!(matches!(sandbox.step(), Step::Waiting { .. }));
    assert!(sandbox.snapshot().unwrap().is_some());
}

#[test]
fn a_call_waits_until_it_is_answered() {
    let image = image(
        "(drop (call $http_start (i32.const 0) (i32.const 26)))",
        "",
        "(call $log (local.get $message) (local.get $len))",
    );
    let mut sandbox = start(&image);
    let Step::Http(call) = sandbox.step() else { panic!("the guest calls") };
    assert_eq!(call.request.uri(), "http://host.example/");
    assert!(matches!(sandbox.step(), Step::Waiting { until_us: None }));
    sandbox.complete(call.id, Response::new(Bytes::from("hi")));
    assert!(matches!(sandbox.step(), Step::Log(line) if line == "200\n\nhi"));
    assert!(matches!(sandbox.step(), Step::Waiting { until_us: None }));
}

#[test]
fn a_call_that_fails_and_a_call_that_is_wrong_say_why() {
    let image = image(
        "(drop (call $http_start (i32.const 200) (i32.const 22)))",
        "",
        "(call $log (local.get $message) (local.get $len))",
    );
    let mut sandbox = start(&image);
    assert!(matches!(sandbox.step(), Step::Log(line) if line == "bad URL http://bad host/"));
}

#[test]
fn a_call_can_be_waited_for_in_the_middle() {
    let image = image(
        "(local $len i32)
         (local.set $len (i32.wrap_i64 (call $http (i32.const 0) (i32.const 26))))
         (call $take (i32.const 1000) (local.get $len))
         (call $log (i32.const 1000) (local.get $len))
         (call $sleep_until (f64.const 1500))
         (call $log (i32.const 300) (i32.const 1))
         (local.set $len (i32.sub (i32.const -1) (i32.wrap_i64 (call $http (i32.const 200) (i32.const 22)))))
         (call $take (i32.const 1000) (local.get $len))
         (call $log (i32.const 1000) (local.get $len))",
        "",
        "",
    );
    for fuel_slice in [1, 100_000] {
        let (host, mut config) = config();
        config.fuel_slice = fuel_slice;
        let mut sandbox = Sandbox::start(&image, config).unwrap();
        let mut next = || loop {
            match sandbox.step() {
                Step::Continue => {}
                Step::Http(call) => sandbox.complete(call.id, Response::new(Bytes::from("hi"))),
                Step::Waiting { until_us: Some(until) } => host.0.set(until),
                Step::Log(line) => return line,
                other => return format!("{other:?}"),
            }
        };
        assert_eq!(next(), "200\n\nhi");
        assert_eq!(next(), "B", "the sleep is over");
        assert_eq!(next(), "bad URL http://bad host/");
        assert_eq!(next(), "Waiting { until_us: None }");
    }
}

#[test]
fn what_else_is_for_a_guest_waits_while_it_stands_still() {
    let image = image(
        "(drop (call $http_start (i32.const 0) (i32.const 26)))
         (drop (call $http (i32.const 0) (i32.const 26)))
         (call $log (i32.const 300) (i32.const 1))",
        "",
        "(call $log (local.get $message) (local.get $len))",
    );
    let mut sandbox = start(&image);
    let (Step::Http(one), Step::Http(other)) = (sandbox.step(), sandbox.step()) else { panic!("two calls") };
    sandbox.complete(one.id, Response::new(Bytes::from("1")));
    assert!(matches!(sandbox.step(), Step::Waiting { until_us: None }));
    sandbox.complete(other.id, Response::new(Bytes::from("2")));
    assert!(matches!(sandbox.step(), Step::Log(line) if line == "B"));
    assert!(matches!(sandbox.step(), Step::Log(line) if line == "200\n\n1"));
}

#[test]
fn a_timer_is_due_on_the_hosts_clock() {
    let image =
        image("(call $wake_at (f64.add (call $now) (f64.const 500)))", "(call $log (i32.const 300) (i32.const 1))", "");
    let (host, config) = config();
    let mut sandbox = Sandbox::start(&image, config).unwrap();
    assert!(matches!(sandbox.step(), Step::Waiting { until_us: Some(1_500) }));
    host.0.set(1_499);
    assert!(matches!(sandbox.step(), Step::Waiting { until_us: Some(1_500) }));
    host.0.set(1_500);
    assert!(matches!(sandbox.step(), Step::Log(line) if line == "B"), "and memory is that of the booted guest");
}

#[test]
fn files_environment_and_randomness_come_from_the_host() {
    let image = image(
        "(local $size i32)
         (local.set $size (i32.wrap_i64 (call $read (i32.const 0) (i32.const 100) (i32.const 11) (i32.const 400) (i32.const 3))))
         (call $log (i32.const 400) (local.get $size))
         (local.set $size (i32.wrap_i64 (call $read (i32.const 2) (i32.const 0) (i32.const 0) (i32.const 500) (i32.const 50))))
         (call $log (i32.const 500) (local.get $size))
         (call $random (i32.const 600) (i32.const 2))
         (call $log (i32.const 600) (i32.const 2))
         (if (i64.ne (call $read (i32.const 0) (i32.const 100) (i32.const 10) (i32.const 0) (i32.const 0)) (i64.const -1))
             (then unreachable))",
        "",
        "",
    );
    let (_, mut config) = config();
    config.files = Rc::new([("/var/task/a", "file")].into_iter().collect::<Files>());
    config.env = vec![("A".into(), "1".into())];
    let mut sandbox = Sandbox::start(&image, config).unwrap();
    let mut lines = Vec::new();
    while let Step::Log(line) = sandbox.step() {
        lines.push(line);
    }
    // The buffer of the first read took three of the four bytes.
    assert_eq!(lines, ["fil\0", "A=1\0", "rr"]);
}

#[test]
fn a_guest_ends_once_and_for_all() {
    let cases = [
        ("(call $exit (i32.const 3))", Exit::Code(3)),
        ("(loop $l (drop (memory.grow (i32.const 100))) (br $l))", Exit::OutOfMemory),
        ("unreachable", Exit::Trap("wasm `unreachable` instruction executed".into())),
        (
            "(call $log (i32.const 65000) (i32.const 65000))",
            Exit::Trap("the guest passed a buffer that is outside of its memory".into()),
        ),
    ];
    for (body, exit) in cases {
        let mut sandbox = start(&image(body, "", ""));
        for _ in 0..2 {
            let Step::Exited(reason) = sandbox.step() else { panic!("{body} does not end") };
            assert_eq!(reason, exit);
        }
    }
}

#[test]
fn memory_stays_below_its_limit() {
    let (_, mut config) = config();
    config.memory_bytes = 10 << 16;
    let image = image("(drop (memory.grow (i32.const 9)))", "", "");
    let mut sandbox = Sandbox::start(&image, config).unwrap();
    assert!(matches!(sandbox.step(), Step::Waiting { .. }));
    assert_eq!(sandbox.memory_bytes(), 10 << 16);

    let (_, mut config) = self::config();
    config.memory_bytes = 1;
    let error = Sandbox::start(&image, config).unwrap_err();
    assert_eq!(error.to_string(), "the runtime image test needs 65536 bytes of memory; the sandbox has 1");
}

#[test]
fn sandboxes_of_one_image_share_nothing() {
    let image = image(
        "(i32.store8 (i32.const 300) (i32.add (i32.load8_u (i32.const 300)) (i32.const 1))) (call $log (i32.const 300) (i32.const 1))",
        "",
        "",
    );
    for _ in 0..2 {
        assert!(matches!(start(&image).step(), Step::Log(line) if line == "C"));
    }
}

#[test]
fn what_is_no_guest_is_refused() {
    let error = |wasm: &[u8]| Image::new("x", wasm).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error(b"not wasm").starts_with("the runtime image x is not a valid guest: "));
    let no_exports = wat::parse_str("(module)").unwrap();
    assert_eq!(error(&no_exports), "the runtime image x is not a valid guest: the guest exports no memory");
}

#[test]
fn a_guest_that_sleeps_goes_on_where_it_was() {
    // It counts in its memory and in a page that it has grown, and asks to be woken again.
    let count = "(i32.store8 (i32.const 400) (i32.add (i32.load8_u (i32.const 400)) (i32.const 1)))
        (i32.store8 (i32.const 70000) (i32.load8_u (i32.const 400)))
        (call $wake_at (f64.const 5000))";
    let start = format!("(drop (memory.grow (i32.const 1))) (i32.store8 (i32.const 400) (i32.const 64)) {count}");
    let wake = format!("{count} (call $log (i32.const 70000) (i32.const 1))");
    let (host, config) = config();
    let mut sandbox = Sandbox::start(&image(&start, &wake, ""), config).expect("the sandbox starts");
    for seen in ["B", "C"] {
        assert!(matches!(sandbox.step(), Step::Waiting { until_us: Some(5000) }));
        let (memory, fuel) = (sandbox.memory_bytes(), sandbox.fuel_used());
        sandbox.sleep();
        assert_eq!((sandbox.memory_bytes(), sandbox.fuel_used()), (memory, fuel));
        assert!(matches!(sandbox.step(), Step::Waiting { until_us: Some(5000) }), "it sleeps on");
        host.0.set(host.0.get().max(5000));
        assert!(matches!(sandbox.step(), Step::Log(line) if line == seen));
        // What it asks for next lies in the past: it comes at once.
        host.0.set(4000);
    }
}
