#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| licentia_tests::wire::answer_all(data));
