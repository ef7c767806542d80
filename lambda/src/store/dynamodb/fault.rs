//! What a failed request says about the change that it carried.

use std::error::Error;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use hyper_util::client::legacy;

use crate::store::{CommitError, Unavailable};

/// Answers that promise that nothing was applied and that a later try may be.
const BUSY: [&str; 7] = [
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "ReplicatedWriteConflictException",
    "RequestLimitExceeded",
    "ThrottlingError",
    "ThrottlingException",
    "TransactionConflictException",
];

/// The same, as reasons of a cancelled transaction.
const BUSY_REASONS: [&str; 3] = ["ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"];

/// An earlier request under the same token is still being worked on.
const IN_PROGRESS: &str = "TransactionInProgressException";

/// Everything but a refusal.
pub(super) fn fault<E>(error: &SdkError<E, HttpResponse>) -> CommitError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let why = unavailable(error);
    let unknown = match error {
        SdkError::ConstructionFailure(_) => false,
        SdkError::DispatchFailure(failure) => {
            !failure.is_user() && !failure.as_connector_error().is_some_and(|error| never_connected(error))
        }
        SdkError::ServiceError(answer) => match answer.err().code() {
            Some(code) if BUSY.contains(&code) => return CommitError::Busy,
            Some(IN_PROGRESS) => true,
            // A clear no; anything else may come after the change was applied.
            Some(_) => !answer.raw().status().is_client_error(),
            None => true,
        },
        // No answer in time, or one that cannot be read.
        _ => true,
    };
    if unknown { CommitError::Unknown(why) } else { CommitError::Unavailable(why) }
}

/// Whether this reason of a cancelled transaction goes away by itself.
pub(super) fn is_busy(reason: Option<&str>) -> bool {
    reason.is_some_and(|code| BUSY_REASONS.contains(&code))
}

/// Any failure, for the log.
pub(super) fn unavailable<E>(error: &SdkError<E, HttpResponse>) -> Unavailable
where
    E: Error + Send + Sync + 'static,
{
    Unavailable(format!("dynamodb: {}", DisplayErrorContext(error)))
}

/// Whether the request cannot have been sent.
fn never_connected(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |&error| error.source())
        .filter_map(|error| error.downcast_ref::<legacy::Error>())
        .any(legacy::Error::is_connect)
}
