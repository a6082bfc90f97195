;; A program that knows nothing of Lambda: it reads its standard input to the end, and writes what it
;; read to its standard output. Samlet runs it once for each event: the event is its input, and what it
;; writes is the answer.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))

  ;; At 0: where a buffer is and how long; at 8: how many bytes were read or written.
  (memory (export "memory") 2)
  (data (i32.const 16) "{\"you sent\":")
  (data (i32.const 32) "}")
  (data (i32.const 40) "an event came\n")

  (func $write (param $to i32) (param $at i32) (param $len i32)
    (i32.store (i32.const 0) (local.get $at))
    (i32.store (i32.const 4) (local.get $len))
    (drop (call $fd_write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 8))))

  (func (export "_start") (local $len i32)
    ;; Descriptor 2 is the log.
    (call $write (i32.const 2) (i32.const 40) (i32.const 14))
    (call $write (i32.const 1) (i32.const 16) (i32.const 12))
    (loop $more
      (i32.store (i32.const 0) (i32.const 4096))
      (i32.store (i32.const 4) (i32.const 65536))
      (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
      (local.set $len (i32.load (i32.const 8)))
      (if (local.get $len)
        (then
          (call $write (i32.const 1) (i32.const 4096) (local.get $len))
          (br $more))))
    (call $write (i32.const 1) (i32.const 32) (i32.const 1))))
