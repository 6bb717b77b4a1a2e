//! Looks for ids in any text; what must hold is said in `answers.rs`.

#![no_main]

#[path = "../answers.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::address(bytes));
