//! `licentia serve`: the service on one machine.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt;
use clap::Args;
use licentia_core::time::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use super::CommandError;
use super::welcome::Welcome;
use crate::context::Service;
use crate::events::{Dispatcher, publish_backlog};
use crate::http::router;
use crate::identity::{Bootstrapped, bootstrap};
use crate::telemetry::{self, trace};
use crate::{grants, licenses};

/// How long requests under way may take after a stop was asked for.
const GRACE: Duration = Duration::from_secs(20);
/// How long after a start upkeep begins.
const FIRST_UPKEEP: Duration = Duration::from_secs(1);
/// How often what has ended, and was kept for retries only, is discarded.
const UPKEEP: Duration = Duration::from_secs(600);
/// How often the events that wait are counted.
const COUNTING: Duration = Duration::from_secs(15);

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
    /// The address where Prometheus finds metrics, under /metrics; absent,
    /// nowhere. It asks for no credentials: keep it from the public.
    #[arg(long, env = "LICENTIA_METRICS", value_name = "HOST:PORT")]
    pub metrics: Option<SocketAddr>,
}

impl Serve {
    /// Serves until it is told to stop.
    ///
    /// # Errors
    /// [`CommandError`] if the address cannot be listened on, or the first
    /// accounts of an empty store cannot be made.
    pub(super) async fn run(
        &self,
        service: Arc<Service>,
        folder: Option<&Path>,
        now: Timestamp,
    ) -> Result<(), CommandError> {
        let credentials =
            self.credentials.clone().or_else(|| folder.map(|folder| folder.join("credentials")));
        let accounts = match credentials {
            Some(file) => first_accounts(&service, file, now).await?,
            None => None,
        };
        let (listener, address) = listen(self.listen).await?;
        let metrics = match self.metrics {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        // Whoever reads the address may ask for a stop at once.
        let told_to_stop = told_to_stop()
            .map_err(|error| CommandError::new(format!("cannot heed signals to stop: {error}")))?;
        tracing::info!(%address, region = service.region, "serving");
        // Whoever closed the output does not need it: the service goes on.
        let _ =
            write!(io::stdout(), "{}", Welcome { address, region: service.region.clone(), accounts, now });
        let mut upkeep = vec![
            tokio::spawn(later(discard_what_has_ended(Arc::clone(&service)))),
            tokio::spawn(later(grants::look_after(Arc::clone(&service)))),
            tokio::spawn(later(licenses::look_after(Arc::clone(&service)))),
        ];
        if let Some((listener, address)) = metrics {
            tracing::info!(%address, "serving metrics");
            upkeep.push(tokio::spawn(async { drop(axum::serve(listener, telemetry::router()).await) }));
            upkeep.push(tokio::spawn(count_what_waits(Arc::clone(&service))));
        }
        let (stop, stopped) = watch::channel(false);
        let events = tokio::spawn(Dispatcher::new(Arc::clone(&service)).run(stopped));
        let (asked, stopping) = oneshot::channel();
        let app = router(Arc::clone(&service)).into_make_service_with_connect_info::<SocketAddr>();
        // An answer of several packets does not wait for the first one's receipt.
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        let server = axum::serve(listener, app).with_graceful_shutdown(async {
            told_to_stop.await;
            tracing::info!("stopping: requests under way are finished first");
            let _ = asked.send(());
        });
        let ended = tokio::select! {
            ended = async {
                let ended = server.await;
                // What clients gave up is finished, and recorded, too.
                service.admission.settled().await;
                ended
            } => ended,
            () = async { let _ = stopping.await; tokio::time::sleep(GRACE).await } => Ok(()),
        };
        upkeep.iter().for_each(JoinHandle::abort);
        // What the last requests committed is in the store, and waits there.
        let _ = stop.send(true);
        let _ = tokio::time::timeout(GRACE, events).await;
        let _ = tokio::time::timeout(GRACE, trace::flush()).await;
        ended.map_err(|error| CommandError::new(format!("cannot serve: {error}")))
    }
}

/// The first accounts, made if the store is empty, and the file with their
/// keys if it is still there.
async fn first_accounts(
    service: &Service,
    credentials: PathBuf,
    now: Timestamp,
) -> Result<Option<(Bootstrapped, PathBuf)>, CommandError> {
    let accounts = bootstrap(&service.directory, &credentials, &service.region, now);
    let accounts = accounts.await.map_err(CommandError::new)?;
    let credentials = std::path::absolute(&credentials).unwrap_or(credentials);
    Ok(accounts.filter(|_| credentials.is_file()).map(|accounts| (accounts, credentials)))
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), CommandError> {
    let cannot = |error| CommandError::new(format!("cannot listen on {address}: {error}"));
    let listener = TcpListener::bind(address).await.map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    Ok((listener, address))
}

/// Keeps the number of events that wait up to date, for who scrapes it.
async fn count_what_waits(service: Arc<Service>) {
    let mut turn = tokio::time::interval(COUNTING);
    loop {
        turn.tick().await;
        if let Err(error) = publish_backlog(&service).await {
            tracing::warn!(%error, "the events that wait cannot be counted");
        }
    }
}

/// What can wait does not get in the way of the first requests.
async fn later(upkeep: impl Future<Output = ()>) {
    tokio::time::sleep(FIRST_UPKEEP).await;
    upkeep.await;
}

/// Keeps the store small. No rule waits for it: what can be discarded is not
/// looked at any more.
async fn discard_what_has_ended(service: Arc<Service>) {
    let mut turn = tokio::time::interval(UPKEEP);
    loop {
        turn.tick().await;
        let Ok(now) = service.clock.now() else { continue };
        loop {
            match service.store.discard(now.unix()).await {
                Ok(0) => break,
                Ok(items) => tracing::info!(items, "discarded"),
                Err(error) => {
                    tracing::warn!(?error, "nothing discarded");
                    break;
                }
            }
        }
    }
}

/// Heeds the signals that ask a program to stop, from now on; done when one
/// came.
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupted = signal(SignalKind::interrupt())?;
        let mut terminated = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
