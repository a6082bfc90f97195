;; A program that prints the file that its first argument names.
(module
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))

  ;; At 0: where a buffer is and how long; at 8: how many bytes; at 12: the open file.
  (memory (export "memory") 1)
  (data (i32.const 16) "there is no such file\n")

  (func $buffer (param $at i32) (param $len i32)
    (i32.store (i32.const 0) (local.get $at))
    (i32.store (i32.const 4) (local.get $len)))

  (func $length (param $text i32) (result i32) (local $end i32)
    (local.set $end (local.get $text))
    (loop $next
      (if (i32.load8_u (local.get $end))
        (then
          (local.set $end (i32.add (local.get $end) (i32.const 1)))
          (br $next))))
    (i32.sub (local.get $end) (local.get $text)))

  (func (export "_start") (local $name i32)
    (drop (call $args_get (i32.const 256) (i32.const 512)))
    (local.set $name (i32.load (i32.const 260)))
    (if (call $path_open (i32.const 3) (i32.const 0) (local.get $name) (call $length (local.get $name))
                         (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 12))
      (then
        (call $buffer (i32.const 16) (i32.const 22))
        (drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
        (call $proc_exit (i32.const 1))))
    (call $buffer (i32.const 4096) (i32.const 32768))
    (drop (call $fd_read (i32.load (i32.const 12)) (i32.const 0) (i32.const 1) (i32.const 8)))
    (call $buffer (i32.const 4096) (i32.load (i32.const 8)))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
