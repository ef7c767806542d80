//! What goes out with each answer, where nothing runs between calls.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use super::{Emf, trace};

/// Lets an answer go once what was measured is out: AWS Lambda stops the
/// function with it.
pub async fn flushed(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    Emf::write();
    trace::flush().await;
    response
}
