//! Sorts any bytes as an answer that is not a success; what must hold is said in `answers.rs`.

#![no_main]

#[path = "../answers.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::refusal(bytes));
