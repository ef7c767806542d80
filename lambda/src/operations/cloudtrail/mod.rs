//! AWS CloudTrail, as far as it reads what was recorded of calls.

mod lookup_events;

use crate::operation::operations;

operations! {
    lookup_events::LookupEvents:
        InvalidLookupAttributes InvalidTimeRange InvalidMaxResults InvalidNextToken InvalidEventCategory
        Throttling;
}
