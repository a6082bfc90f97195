;; A custom runtime as AWS describes it: a loop that asks the Runtime API for the next event, works on
;; it, and posts the answer. It stays in memory between two events, so it can count them.
;;
;; A program here has no sockets, so it makes HTTP calls by a function of Samlet: `http` takes a message
;; (a first line, header lines, an empty line, the body) and waits; `take` copies the answer.
(module
  (import "samlet" "http" (func $http (param $message i32) (param $len i32) (result i64)))
  (import "samlet" "take" (func $take (param $buffer i32) (param $len i32)))

  (memory (export "memory") 16)
  (data (i32.const 0) "GET http://127.0.0.1:9001/2018-06-01/runtime/invocation/next\n\n")
  (data (i32.const 100) "POST http://127.0.0.1:9001/2018-06-01/runtime/invocation/")
  (data (i32.const 200) "/response\n\n{\"events so far\":")
  (data (i32.const 300) "}")
  (data (i32.const 400) "lambda-runtime-aws-request-id:")

  (global $count (mut i32) (i32.const 0))
  ;; Where the next byte of the message goes.
  (global $end (mut i32) (i32.const 0))

  (func $append (param $at i32) (param $len i32)
    (memory.copy (global.get $end) (local.get $at) (local.get $len))
    (global.set $end (i32.add (global.get $end) (local.get $len))))

  ;; Whether the text at $at is the name of the header that we look for.
  (func $is_name (param $at i32) (result i32) (local $i i32)
    (loop $next
      (if (i32.ne (i32.load8_u (i32.add (local.get $at) (local.get $i)))
                  (i32.load8_u (i32.add (i32.const 400) (local.get $i))))
        (then (return (i32.const 0))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 30))))
    (i32.const 1))

  ;; A number in decimal digits.
  (func $append_number (param $number i32)
    (if (i32.ge_u (local.get $number) (i32.const 10))
      (then (call $append_number (i32.div_u (local.get $number) (i32.const 10)))))
    (i32.store8 (global.get $end) (i32.add (i32.const 48) (i32.rem_u (local.get $number) (i32.const 10))))
    (global.set $end (i32.add (global.get $end) (i32.const 1))))

  (func (export "_start") (local $at i32)
    (loop $events
      ;; The answer begins with the status and the headers; a request id has 36 characters.
      (call $take (i32.const 4096) (i32.wrap_i64 (call $http (i32.const 0) (i32.const 62))))
      (local.set $at (i32.const 4096))
      (loop $search
        (if (i32.eqz (call $is_name (local.get $at)))
          (then
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br $search))))
      (global.set $count (i32.add (global.get $count) (i32.const 1)))
      (global.set $end (i32.const 2048))
      (call $append (i32.const 100) (i32.const 57))
      (call $append (i32.add (local.get $at) (i32.const 30)) (i32.const 36))
      (call $append (i32.const 200) (i32.const 28))
      (call $append_number (global.get $count))
      (call $append (i32.const 300) (i32.const 1))
      (drop (call $http (i32.const 2048) (i32.sub (global.get $end) (i32.const 2048))))
      (br $events))))
