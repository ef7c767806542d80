//! The program itself, as `licentia serve`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn a_closed_output_or_log_does_not_stop_the_service() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_licentia"));
    for variable in ["AWS_LAMBDA_RUNTIME_API", "LICENTIA_TABLE", "LICENTIA_MASTER_KEY"] {
        command.env_remove(variable);
    }
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path());
    command.env("RUST_LOG", "info").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut server = Server(command.spawn().unwrap());
    drop(server.0.stdout.take());
    // The log is read up to the address, then closed as well.
    let log = BufReader::new(server.0.stderr.take().unwrap()).lines().map(Result::unwrap);
    let address = log
        .filter_map(|line| serde_json::from_str::<Value>(&line).ok())
        .find_map(|event| event["address"].as_str().map(str::to_owned))
        .unwrap();
    // It accepts before it has said so, and answers after.
    let mut connection = TcpStream::connect(address).unwrap();
    connection.write_all(b"GET / HTTP/1.1\r\nHost: licentia\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
}
