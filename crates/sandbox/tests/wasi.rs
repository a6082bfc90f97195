//! Programs for WASI preview 1, as users bring them.

use bytes::Bytes;
use http::Response;
use sandbox::{Exit, Files, Host, Image, Output, Sandbox, SandboxConfig, Scratch, Step};
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

/// The imports that the programs here use, and a few words of their own.
///
/// `$print` writes a buffer and an end of line; `$open` gives a descriptor, or an error number with 1000
/// added; text is at: 100 `/tmp/a`, 120 `data.txt`, 140 `/opt/lib`, 160 a line end, 200 `hello`.
fn program(more: &str, body: &str) -> Image {
    let text = format!(
        r#"(module
            (import "samlet" "http" (func $http (param i32 i32) (result i64)))
            (import "samlet" "take" (func $take (param i32 i32)))
            (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_seek" (func $fd_seek (param i32 i64 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_readdir" (func $fd_readdir (param i32 i32 i32 i64 i32) (result i32)))
            (import "wasi_snapshot_preview1" "path_open"
                (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "environ_get" (func $environ_get (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
            (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (import "wasi_snapshot_preview1" "sock_shutdown" (func $sock_shutdown (param i32 i32) (result i32)))
            (memory (export "memory") 2)
            (data (i32.const 0) "GET http://host.example/\0a\0a")
            (data (i32.const 100) "/tmp/a") (data (i32.const 120) "data.txt") (data (i32.const 140) "/opt/lib")
            (data (i32.const 160) "\0a") (data (i32.const 200) "hello")
            (func $write (param $fd i32) (param $at i32) (param $len i32) (result i32)
                (i32.store (i32.const 1000) (local.get $at)) (i32.store (i32.const 1004) (local.get $len))
                (call $fd_write (local.get $fd) (i32.const 1000) (i32.const 1) (i32.const 1008)))
            (func $print (param $at i32) (param $len i32)
                (drop (call $write (i32.const 1) (local.get $at) (local.get $len)))
                (drop (call $write (i32.const 1) (i32.const 160) (i32.const 1))))
            (func $read (param $fd i32) (param $at i32) (param $len i32) (result i32)
                (i32.store (i32.const 1000) (local.get $at)) (i32.store (i32.const 1004) (local.get $len))
                (drop (call $fd_read (local.get $fd) (i32.const 1000) (i32.const 1) (i32.const 1008)))
                (i32.load (i32.const 1008)))
            (func $open (param $at i32) (param $len i32) (param $flags i32) (param $rights i64) (result i32)
                (local $errno i32)
                (local.set $errno (call $path_open (i32.const 3) (i32.const 0) (local.get $at) (local.get $len)
                    (local.get $flags) (local.get $rights) (i64.const 0) (i32.const 0) (i32.const 1012)))
                (if (result i32) (local.get $errno)
                    (then (i32.add (i32.const 1000) (local.get $errno)))
                    (else (i32.load (i32.const 1012)))))
            {more}
            (func (export "_start") {body}))"#
    );
    let wasm = wat::parse_str(text).expect("the program is well-formed");
    Image::program("bootstrap", &wasm).expect("the program is valid")
}

fn config() -> (Rc<TestHost>, SandboxConfig) {
    let host = Rc::new(TestHost(Cell::new(1_000)));
    let mut config = SandboxConfig::new(Rc::clone(&host) as Rc<dyn Host>);
    config.files = Rc::new(
        [("/var/task/data.txt", "data"), ("/opt/lib/x/y", ""), ("/opt/lib/z", "")].into_iter().collect::<Files>(),
    );
    config.working_directory = "/var/task".into();
    (host, config)
}

/// Steps a program to its end, sleeping on the way: what it logs, and how it ends.
fn finish(sandbox: &mut Sandbox, host: &TestHost) -> (Vec<String>, Exit) {
    let mut lines = Vec::new();
    loop {
        match sandbox.step() {
            Step::Continue => {}
            Step::Log(line) => lines.push(line),
            Step::Waiting { until_us: Some(until) } => host.0.set(until),
            Step::Exited(exit) => return (lines, exit),
            other => panic!("{other:?}"),
        }
    }
}

fn run(image: &Image) -> (Vec<String>, Exit) {
    let (host, config) = config();
    finish(&mut Sandbox::start(image, config).expect("the sandbox starts"), &host)
}

fn ended(lines: &[&str], code: i32) -> (Vec<String>, Exit) {
    (lines.iter().map(|line| (*line).to_owned()).collect(), Exit::Code(code))
}

#[test]
fn what_is_written_becomes_lines_of_log() {
    let image = program(
        "",
        "(call $print (i32.const 200) (i32.const 5))
         (drop (call $write (i32.const 2) (i32.const 200) (i32.const 2)))
         (call $print (i32.const 200) (i32.const 5))
         (call $exit (i32.const 3))",
    );
    assert_eq!(run(&image), ended(&["hello", "hello", "he"], 3), "a last line needs no end");
}

#[test]
fn arguments_environment_clock_and_randomness_come_from_the_host() {
    let image = program(
        "",
        "(drop (call $args_get (i32.const 2000) (i32.const 3000)))
         (call $print (i32.load (i32.const 2004)) (i32.const 3))
         (drop (call $environ_get (i32.const 2000) (i32.const 3000)))
         (call $print (i32.load (i32.const 2000)) (i32.const 3))
         (drop (call $clock (i32.const 0) (i64.const 0) (i32.const 2000)))
         (if (i64.ne (i64.load (i32.const 2000)) (i64.const 1000000)) (then unreachable))
         (drop (call $random (i32.const 2000) (i32.const 2)))
         (call $print (i32.const 2000) (i32.const 2))
         (if (i32.ne (call $sock_shutdown (i32.const 0) (i32.const 0)) (i32.const 52)) (then unreachable))",
    );
    let (host, mut config) = config();
    config.args = vec!["bootstrap".into(), "one".into()];
    config.env = vec![("A".into(), "1".into())];
    let mut sandbox = Sandbox::start(&image, config).unwrap();
    assert_eq!(finish(&mut sandbox, &host), ended(&["one", "A=1", "rr"], 0));
}

#[test]
fn files_are_read_from_the_package_and_written_below_tmp() {
    let image = program(
        "(global $fd (mut i32) (i32.const 0))",
        ";; A name that is not in the root is looked for in the working directory, which cannot be written.
         (global.set $fd (call $open (i32.const 120) (i32.const 8) (i32.const 0) (i64.const 2)))
         (call $print (i32.const 2000) (call $read (global.get $fd) (i32.const 2000) (i32.const 100)))
         (if (i32.ne (call $open (i32.const 120) (i32.const 8) (i32.const 0) (i64.const 64)) (i32.const 1069))
             (then unreachable))
         ;; /tmp/a: created, written, read again from its beginning.
         (if (i32.ne (call $open (i32.const 100) (i32.const 6) (i32.const 0) (i64.const 2)) (i32.const 1044))
             (then unreachable))
         (global.set $fd (call $open (i32.const 100) (i32.const 6) (i32.const 1) (i64.const 66)))
         (drop (call $write (global.get $fd) (i32.const 200) (i32.const 5)))
         (drop (call $fd_seek (global.get $fd) (i64.const 1) (i32.const 0) (i32.const 2000)))
         (call $print (i32.const 2000) (call $read (global.get $fd) (i32.const 2000) (i32.const 100)))
         ;; The names in a directory: z follows x.
         (global.set $fd (call $open (i32.const 140) (i32.const 8) (i32.const 2) (i64.const 66)))
         (drop (call $fd_readdir (global.get $fd) (i32.const 2000) (i32.const 100) (i64.const 0) (i32.const 1020)))
         (call $print (i32.const 2024) (i32.const 1))
         (call $print (i32.const 2049) (i32.const 1))",
    );
    assert_eq!(run(&image), ended(&["data", "ello", "x", "z"], 0));
}

#[test]
fn tmp_has_a_limit_and_outlives_the_program() {
    let image = program(
        "(global $fd (mut i32) (i32.const 0)) (global $errno (mut i32) (i32.const 0))",
        "(global.set $fd (call $open (i32.const 100) (i32.const 6) (i32.const 1) (i64.const 66)))
         (drop (call $fd_seek (global.get $fd) (i64.const 0) (i32.const 2) (i32.const 2000)))
         (loop $l
            (global.set $errno (call $write (global.get $fd) (i32.const 0) (i32.const 10000)))
            (br_if $l (i32.eqz (global.get $errno))))
         (call $exit (global.get $errno))",
    );
    let scratch = Scratch::new(1 << 20);
    for _ in 0..2 {
        let (host, mut config) = config();
        config.scratch = scratch.clone();
        let mut sandbox = Sandbox::start(&image, config).unwrap();
        assert_eq!(finish(&mut sandbox, &host), ended(&[], 51), "ENOSPC");
        assert_eq!(scratch.used(), 254 * 4096, "104 writes of 10,000 bytes");
    }
}

#[test]
fn a_program_sleeps_on_the_hosts_clock() {
    let image = program(
        "",
        "(i32.store8 (i32.const 2008) (i32.const 0))
         (i64.store (i32.const 2024) (i64.const 5000000000))
         (if (call $poll (i32.const 2000) (i32.const 3000) (i32.const 1) (i32.const 1020)) (then unreachable))
         (call $exit (i32.load (i32.const 1020)))",
    );
    let (host, config) = config();
    let mut sandbox = Sandbox::start(&image, config).unwrap();
    assert!(matches!(sandbox.step(), Step::Waiting { until_us: Some(5_001_000) }));
    host.0.set(5_001_000);
    assert_eq!(finish(&mut sandbox, &host), ended(&[], 1), "one event");
}

#[test]
fn a_program_calls_http_or_has_streams() {
    let image = program(
        "",
        "(drop (call $http (i32.const 0) (i32.const 26)))
         (call $take (i32.const 2000) (i32.const 7))
         (call $print (i32.const 2005) (i32.const 2))",
    );
    assert!(image.is_program() && image.calls_http());
    let (_, config) = config();
    let mut sandbox = Sandbox::start(&image, config).unwrap();
    let Step::Http(call) = sandbox.step() else { panic!("a call") };
    sandbox.complete(call.id, Response::new(Bytes::from("hi")));
    assert!(matches!(sandbox.step(), Step::Log(line) if line == "hi"));

    let image = program(
        "",
        "(drop (call $write (i32.const 1) (i32.const 2000) (call $read (i32.const 0) (i32.const 2000) (i32.const 100))))",
    );
    let (host, mut config) = self::config();
    config.stdin = Bytes::from("the event");
    config.output = Output::Kept(5);
    let mut sandbox = Sandbox::start(&image, config).unwrap();
    assert_eq!(finish(&mut sandbox, &host), ended(&[], 0));
    assert_eq!(sandbox.take_output(), "the e", "and no more than that");
}

#[test]
fn a_start_function_runs_in_slices_too() {
    let image = program("(func $forever (loop $l (br $l))) (start $forever)", "");
    let mut sandbox = Sandbox::start(&image, config().1).unwrap();
    for slice in 1..=3 {
        assert!(matches!(sandbox.step(), Step::Continue));
        assert!((90_000 * slice..=110_000 * slice).contains(&sandbox.fuel_used()));
    }
    let image = program(
        "(func $first (call $print (i32.const 200) (i32.const 5))) (start $first)",
        "(call $print (i32.const 200) (i32.const 4))",
    );
    assert_eq!(run(&image), ended(&["hello", "hell"], 0));
}

#[test]
fn a_flood_of_lines_is_paid_for_by_the_byte() {
    let image = program("", "(loop $l (drop (call $write (i32.const 1) (i32.const 0) (i32.const 130000))) (br $l))");
    let mut sandbox = Sandbox::start(&image, config().1).unwrap();
    let mut bytes = 0;
    loop {
        match sandbox.step() {
            Step::Log(line) => bytes += line.len(),
            Step::Continue => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(bytes < 8 << 20, "one slice wrote {bytes} bytes");
}

#[test]
fn recursion_without_end_is_a_trap() {
    let image = program("(func $deeper (call $deeper) (call $deeper))", "(call $deeper)");
    let (_, exit) = run(&image);
    assert!(matches!(exit, Exit::Trap(_)), "{exit}");
}

#[test]
fn more_than_there_is_room_for_is_refused_before_it_is_made() {
    let start = |text: &str| {
        let image = Image::program("bootstrap", &wat::parse_str(text).unwrap()).unwrap();
        Sandbox::start(&image, config().1).err().map(|error| error.to_string()).unwrap_or_default()
    };
    let memory = start(r#"(module (memory (export "memory") 65536) (func (export "_start")))"#);
    assert_eq!(memory, "the runtime image bootstrap needs 4294967296 bytes of memory; the sandbox has 134217728");
    let table = start(r#"(module (memory (export "memory") 1) (table 9000000 funcref) (func (export "_start")))"#);
    assert!(table.starts_with("the runtime image bootstrap is not a valid guest: "), "{table}");
    let many = format!(
        r#"(module (memory (export "memory") 1) {} (func (export "_start")))"#,
        "(table 1000000 funcref)".repeat(50)
    );
    assert!(start(&many).starts_with("the runtime image bootstrap is not a valid guest: "));
}

#[test]
fn what_is_no_program_says_why() {
    let error = |text: &str| Image::program("x", &wat::parse_str(text).unwrap()).err().unwrap().to_string();
    assert!(error("(module)").ends_with("it exports no function _start, as a WASI command does"));
    assert!(error(r#"(module (func (export "_start")))"#).ends_with("it exports no memory"));
    // All of it is validated, not only what is called.
    let wasm = wat::parse_str(r#"(module (memory (export "memory") 1) (func (export "_start")) (func (result i32)))"#)
        .unwrap();
    assert!(Image::program("x", &wasm).is_err());
}
