#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| licentia_fuzz::es256(data));
