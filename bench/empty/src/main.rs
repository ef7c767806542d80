//! The least that a service of this kind can be: it answers over HTTP or as a
//! Lambda function, after one read from DynamoDB; TLS is ring's, which starts
//! fastest. With `LICENTIA_BENCH_REQUESTS=all` it asks DynamoDB for as much as
//! Licentia does: to start, and for a listing that is signed and recorded.

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

#[derive(Clone)]
struct Table {
    client: Client,
    name: String,
    asks_for_all: bool,
}

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    let tls = Provider::Rustls(CryptoMode::Ring);
    let https = Builder::new().tls_provider(tls).build_https();
    let config = aws_config::defaults(BehaviorVersion::latest()).http_client(https).load().await;
    let table = Table {
        client: Client::new(&config),
        name: env::var("LICENTIA_TABLE").unwrap_or_default(),
        asks_for_all: env::var("LICENTIA_BENCH_REQUESTS").is_ok_and(|requests| requests == "all"),
    };
    if table.asks_for_all {
        table.query("MASTER").await?;
    }
    let router = Router::new().route("/health", get(async || "ok")).fallback(answer).with_state(table);
    if env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        return lambda_http::run(router).await;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("serves on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}

async fn answer(State(table): State<Table>) -> Result<&'static str, String> {
    let asked = async {
        table.read().await?;
        if table.asks_for_all {
            table.query("L").await?;
            table.write().await?;
        }
        Ok::<_, aws_sdk_dynamodb::Error>("ok")
    };
    asked.await.map_err(|error| error.to_string())
}

impl Table {
    async fn read(&self) -> Result<(), aws_sdk_dynamodb::Error> {
        let read = self.client.get_item().table_name(&self.name).consistent_read(true);
        read.key("pk", text("p")).key("sk", text("s")).send().await?;
        Ok(())
    }

    async fn query(&self, partition: &str) -> Result<(), aws_sdk_dynamodb::Error> {
        let query = self.client.query().table_name(&self.name).consistent_read(true);
        query
            .key_condition_expression("pk = :p")
            .expression_attribute_values(":p", text(partition))
            .send()
            .await?;
        Ok(())
    }

    async fn write(&self) -> Result<(), aws_sdk_dynamodb::Error> {
        let write = self.client.put_item().table_name(&self.name);
        write
            .item("pk", text("BENCH"))
            .item("sk", text("s"))
            // As long as a record.
            .item("body", text(&"x".repeat(800)))
            .send()
            .await?;
        Ok(())
    }
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}
