//! `licentia serve`: the service on one machine.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::CommandError;
use crate::context::Service;
use crate::http::router;
use crate::identity::{Bootstrapped, bootstrap};

/// How long requests under way may take after a stop was asked for.
const GRACE: Duration = Duration::from_secs(20);

/// Serves the API and the console.
#[derive(Args, Clone, Debug)]
pub(super) struct Serve {
    /// The address to listen on; port 0 takes any free port.
    #[arg(long, default_value = "127.0.0.1:9000", value_name = "HOST:PORT")]
    pub listen: SocketAddr,
    /// Where the credentials of the first two accounts are written; with
    /// --data it is `credentials` in that folder.
    #[arg(long, value_name = "FILE")]
    pub credentials: Option<PathBuf>,
}

impl Serve {
    /// Serves until it is told to stop.
    ///
    /// # Errors
    /// [`CommandError`] if the address cannot be listened on, or the first
    /// accounts of an empty store cannot be made.
    pub(super) async fn run(&self, service: Arc<Service>, folder: Option<&Path>) -> Result<(), CommandError> {
        let credentials =
            self.credentials.clone().or_else(|| folder.map(|folder| folder.join("credentials")));
        if let Some(credentials) = &credentials {
            announce(first_accounts(&service, credentials).await?, credentials);
        }
        let cannot = |error| CommandError::new(format!("cannot listen on {}: {error}", self.listen));
        let listener = TcpListener::bind(self.listen).await.map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        tracing::info!(%address, region = service.region, "serving");
        println!("Licentia serves on http://{address} for Region {}", service.region);
        let (asked, stopping) = oneshot::channel();
        let server = axum::serve(listener, router(service)).with_graceful_shutdown(async {
            told_to_stop().await;
            tracing::info!("stopping: requests under way are finished first");
            let _ = asked.send(());
        });
        tokio::select! {
            ended = async { server.await } => ended.map_err(|error| CommandError::new(format!("cannot serve: {error}"))),
            () = async { let _ = stopping.await; tokio::time::sleep(GRACE).await } => Ok(()),
        }
    }
}

async fn first_accounts(service: &Service, credentials: &Path) -> Result<Option<Bootstrapped>, CommandError> {
    let now = service
        .clock
        .now()
        .map_err(|error| CommandError::new(format!("the clock of this machine is {error}")))?;
    bootstrap(&service.directory, credentials, &service.region, now).await.map_err(CommandError::new)
}

fn announce(made: Option<Bootstrapped>, credentials: &Path) {
    if let Some(Bootstrapped { vendor, customer }) = made {
        println!(
            "Made the accounts vendor ({vendor}) and customer ({customer}); their access keys are in {}",
            credentials.display()
        );
    }
}

async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}
