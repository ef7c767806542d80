//! The least that a service of this kind can be: it answers over HTTP or as a
//! Lambda function, after one read from DynamoDB; TLS is ring's, which starts
//! fastest.

use std::env;

use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    let tls = Provider::Rustls(CryptoMode::Ring);
    let https = Builder::new().tls_provider(tls).build_https();
    let config = aws_config::defaults(BehaviorVersion::latest()).http_client(https).load().await;
    let router = Router::new()
        .route("/health", get(async || "ok"))
        .fallback(read)
        .with_state((Client::new(&config), env::var("LICENTIA_TABLE").unwrap_or_default()));
    if env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        return lambda_http::run(router).await;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("serves on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}

async fn read(State((client, table)): State<(Client, String)>) -> Result<&'static str, String> {
    let key = |text: &str| AttributeValue::S(text.to_owned());
    let read = client.get_item().table_name(table).key("pk", key("p")).key("sk", key("s"));
    read.send().await.map(|_| "ok").map_err(|error| error.to_string())
}
