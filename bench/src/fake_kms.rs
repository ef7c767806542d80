//! As much of KMS as a service needs to start: one data key, wrapped in
//! nothing. What real KMS takes to answer is not measured.

use std::net::Ipv4Addr;

use axum::Router;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::net::TcpListener;

/// Serves until the process ends; returns the URL.
pub(crate) async fn serve() -> anyhow::Result<String> {
    let (key, wrapped) = (STANDARD.encode([7; 32]), STANDARD.encode("wrapped"));
    let answer = format!(r#"{{"KeyId":"bench","Plaintext":"{key}","CiphertextBlob":"{wrapped}"}}"#);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let router = Router::new()
        .route("/", post(async move || ([("content-type", "application/x-amz-json-1.1")], answer.clone())));
    tokio::spawn(async { axum::serve(listener, router).await });
    Ok(url)
}
