#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| agentcheck_fuzz::any_input::lint(data));
