//! A server that is another program.

use std::ffi::OsStr;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a crowded machine may take over anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A running server; it ends with the process that started it, however that
/// ends.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    process: Child,
}

impl Server {
    /// Starts the command in the folder; a free port becomes its last argument.
    ///
    /// # Errors
    /// If it does not start, or does not answer within [`PATIENCE`].
    pub(crate) fn start<A: AsRef<OsStr>>(
        folder: &Path,
        command: impl IntoIterator<Item = A>,
    ) -> io::Result<Self> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        // Its standard input closes when this process is gone, killed or not.
        let process = Command::new("sh")
            .args(["-c", r#""$@" & cat >/dev/null; kill -9 $!"#, "sh"])
            .args(command)
            .arg(address.port().to_string())
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let server = Self { address, process };
        server.wait()?;
        Ok(server)
    }

    /// Its URL.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    fn wait(&self) -> io::Result<()> {
        let start = Instant::now();
        while let Err(error) = TcpStream::connect(self.address) {
            if start.elapsed() > PATIENCE {
                return Err(error);
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It has nothing to lose.
        drop(self.process.wait());
    }
}
