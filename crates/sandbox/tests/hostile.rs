//! Programs that mean harm: each gives way after every slice, and none gets more than its share of memory.

use sandbox::{Exit, Host, Image, Sandbox, SandboxConfig, Step};
use std::rc::Rc;

struct TestHost;

impl Host for TestHost {
    fn now_us(&self) -> u64 {
        0
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        bytes.fill(b'r');
    }
}

/// A program with these parts and this body, and a name for what it imports.
fn program(parts: &str, body: &str) -> Image {
    let text = format!(
        r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") 1024)
            {parts}
            (func (export "_start") (local $i i32) {body}))"#
    );
    let wasm = wat::parse_str(text).expect("the program is well-formed");
    Image::program("bootstrap", &wasm).expect("the program is valid")
}

fn start(image: &Image) -> Sandbox {
    Sandbox::start(image, SandboxConfig::new(Rc::new(TestHost))).expect("the sandbox starts")
}

/// `body` so many times.
fn repeat(times: u32, body: &str) -> String {
    format!(
        "(loop $l {body} (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $l (i32.lt_u (local.get $i) (i32.const {times}))))"
    )
}

/// Steps a program to its end: how many slices it took, how many bytes it logged, and how it ended.
fn finish(sandbox: &mut Sandbox) -> (u32, usize, Exit) {
    let (mut slices, mut logged) = (1, 0);
    loop {
        match sandbox.step() {
            Step::Continue => slices += 1,
            Step::Log(line) => logged += line.len() + 1,
            Step::Exited(exit) => return (slices, logged, exit),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_is_filled_and_copied_is_paid_for_by_the_byte() {
    // Each of them moves 1.5 GB, at 256 bytes for one unit of fuel.
    for (parts, work) in [
        ("", "(memory.fill (i32.const 0) (i32.const 1) (i32.const 0x3000000))"),
        ("", "(memory.copy (i32.const 0x1000000) (i32.const 0) (i32.const 0x3000000))"),
        (
            "(table 1000000 funcref) (elem declare func $f) (func $f)",
            "(table.fill (i32.const 0) (ref.func $f) (i32.const 1000000)) (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x2800000))",
        ),
        (
            "(table 1000000 funcref)",
            "(table.copy (i32.const 1) (i32.const 0) (i32.const 900000)) (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x2900000))",
        ),
    ] {
        let mut sandbox = start(&program(parts, &repeat(32, work)));
        let (slices, _, exit) = finish(&mut sandbox);
        assert_eq!(exit, Exit::Code(0), "{work}");
        assert!(slices > 30, "{work}: {slices} slices");
        assert!((5_500_000..7_500_000).contains(&sandbox.fuel_used()), "{work}: {}", sandbox.fuel_used());
    }
}

#[test]
fn an_operation_that_is_larger_than_a_slice_is_done_once() {
    let image = program(
        "(data (i32.const 0) \"0\")",
        "(memory.fill (i32.const 1) (i32.const 49) (i32.const 0x2000000))
         (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))
         (call $exit (i32.add (i32.load8_u (i32.const 0)) (i32.load8_u (i32.const 0x2000000))))",
    );
    let mut config = SandboxConfig::new(Rc::new(TestHost));
    config.fuel_slice = 100;
    let mut sandbox = Sandbox::start(&image, config).expect("the sandbox starts");
    assert_eq!(finish(&mut sandbox).2, Exit::Code(98));
}

#[test]
fn a_row_of_instructions_is_paid_for() {
    let row = "(i64.store (i32.const 0) (i64.div_u (i64.load (i32.const 0)) (i64.const 3)))".repeat(10_000);
    let image = program(&format!("(func $row {row})"), &repeat(100, "(call $row)"));
    let mut sandbox = start(&image);
    let (_, _, exit) = finish(&mut sandbox);
    assert_eq!(exit, Exit::Code(0));
    // Five instructions each, of which 64 cost one unit.
    assert!(sandbox.fuel_used() > 100 * 10_000 * 5 / 64, "{}", sandbox.fuel_used());
}

#[test]
fn loops_and_start_functions_that_never_end_give_way() {
    let endless = "(loop $l (br $l))";
    for image in [program("", endless), program(&format!("(func $s {endless}) (start $s)"), "")] {
        let mut sandbox = start(&image);
        for _ in 0..20 {
            assert!(matches!(sandbox.step(), Step::Continue));
        }
        assert!(sandbox.fuel_used() < 25 * 100_000);
    }
}

#[test]
fn memory_and_stack_have_an_end() {
    let grow = "(loop $l (drop (memory.grow (i32.const 1))) (br $l))";
    let mut sandbox = start(&program("", grow));
    assert_eq!(finish(&mut sandbox).2, Exit::OutOfMemory);
    assert_eq!(sandbox.memory_bytes(), 128 << 20);
    let mut sandbox = start(&program("(func $f (call $f) (call $f))", "(call $f)"));
    assert!(matches!(finish(&mut sandbox).2, Exit::Trap(_)));
}

#[test]
fn a_table_stays_small() {
    // It grows by a few entries, not by many at once, and not beyond its limit.
    let code = |by: u32, times: u32| {
        let body = repeat(times, &format!("(drop (table.grow (ref.null func) (i32.const {by})))"));
        finish(&mut start(&program("(table $t 1 funcref)", &format!("{body} (call $exit (table.size))")))).2
    };
    assert_eq!(code(30, 10), Exit::Code(301));
    assert_eq!(code(1000, 10), Exit::Code(1));
    assert_eq!(code(31, 100_000), Exit::OutOfMemory);
    let huge =
        wat::parse_str(r#"(module (memory (export "memory") 1) (table 9000000 funcref) (func (export "_start")))"#);
    let huge = Image::program("bootstrap", &huge.expect("well-formed")).expect("valid");
    assert!(Sandbox::start(&huge, SandboxConfig::new(Rc::new(TestHost))).is_err());
}

#[test]
fn a_hundred_megabytes_of_log_come_slice_by_slice() {
    // As one line, and as ten million empty ones.
    for (byte, bytes, least) in [(b'x', 100_000_000, 15), (b'\n', 10_000_000, 300)] {
        let image = program(
            &format!("(global $left (mut i32) (i32.const {bytes}))"),
            // As many bytes as there are left, in one write.
            &format!(
                "(memory.fill (i32.const 64) (i32.const {byte}) (i32.const 60000000))
                 (i32.store (i32.const 0) (i32.const 64))
                 (loop $l
                    (i32.store (i32.const 4) (select (global.get $left) (i32.const 60000000)
                        (i32.lt_u (global.get $left) (i32.const 60000000))))
                    (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
                    (global.set $left (i32.sub (global.get $left) (i32.load (i32.const 8))))
                    (br_if $l (global.get $left)))"
            ),
        );
        let (slices, logged, exit) = finish(&mut start(&image));
        assert_eq!(exit, Exit::Code(0));
        assert!(slices > least, "{slices} slices");
        assert!((bytes..bytes + 1_000).contains(&logged), "{logged} bytes");
    }
}

#[test]
fn a_call_of_the_host_is_short() {
    let code = |body: &str| finish(&mut start(&program("", &format!("(call $exit {body})")))).2;
    assert_eq!(code("(call $random (i32.const 0) (i32.const 0x3000000))"), Exit::Code(28), "EINVAL");
    assert_eq!(code("(call $random (i32.const 0) (i32.const 100000))"), Exit::Code(0));
    assert_eq!(code("(call $fd_write (i32.const 1) (i32.const 0) (i32.const 2000000) (i32.const 8))"), Exit::Code(28));
}
