//! `licentia audit`.

use std::io::Write;

use clap::{Args, Subcommand, ValueEnum};
use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;

use super::CommandError;
use super::command::account_id;
use crate::audit::{Kept, Record, Search};
use crate::context::Service;

/// Records read at once.
const PAGE: usize = 500;

/// Search and export what was recorded of calls.
#[derive(Clone, Debug, Subcommand)]
pub enum AuditCommand {
    /// Show records, a line each, the newest first.
    Search {
        /// Which.
        #[command(flatten)]
        wanted: Wanted,
        /// Stop after so many.
        #[arg(long, default_value_t = 100, value_name = "RECORDS")]
        limit: usize,
    },
    /// Write whole records, the oldest first.
    Export {
        /// Which.
        #[command(flatten)]
        wanted: Wanted,
        /// How they are written.
        #[arg(long, default_value = "json-lines")]
        format: Format,
    },
}

/// Which records; all that is given must hold.
#[derive(Args, Clone, Debug)]
pub struct Wanted {
    /// The account that called.
    #[arg(long, value_parser = account_id)]
    account: AccountId,
    /// Not before this time, as 2026-01-31T10:00:00Z or 2026-01-31.
    #[arg(long, value_parser = first_second, value_name = "TIME")]
    from: Option<Timestamp>,
    /// Not after this time; a day counts whole.
    #[arg(long, value_parser = last_second, value_name = "TIME")]
    to: Option<Timestamp>,
    /// The operation, as CheckoutLicense.
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// The ARN of a license or another resource, or the id at its end.
    #[arg(long, value_name = "ARN")]
    resource: Option<String>,
    /// A user, a role's session, or a token's id.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// The access key that signed.
    #[arg(long, value_name = "ID")]
    access_key: Option<String>,
    /// The error that was answered, as AccessDeniedException.
    #[arg(long, value_name = "CODE")]
    error_code: Option<String>,
    /// Whether the operation changes nothing.
    #[arg(long, value_name = "true|false")]
    read_only: Option<bool>,
    /// The record of this id.
    #[arg(long, value_name = "ID")]
    event_id: Option<String>,
}

/// How records are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A record a line.
    JsonLines,
    /// One object `{"Records":[…]}`, as CloudTrail writes its files.
    Cloudtrail,
}

impl AuditCommand {
    /// Writes the records, page by page.
    ///
    /// # Errors
    /// [`CommandError`].
    pub async fn run(
        self,
        service: &Service,
        now: Timestamp,
        out: &mut (impl Write + Send),
    ) -> Result<(), CommandError> {
        match self {
            Self::Search { wanted, limit } => {
                let line = |kept: &Kept, _| line(&kept.record);
                wanted.each(service, now, false, limit, out, line).await
            }
            Self::Export { wanted, format: Format::JsonLines } => {
                let line = |kept: &Kept, _| format!("{}\n", kept.text);
                wanted.each(service, now, true, usize::MAX, out, line).await
            }
            Self::Export { wanted, format: Format::Cloudtrail } => {
                let entry = |kept: &Kept, is_first| {
                    if is_first { kept.text.clone() } else { format!(",\n{}", kept.text) }
                };
                out.write_all(b"{\"Records\":[").map_err(CommandError::new)?;
                wanted.each(service, now, true, usize::MAX, out, entry).await?;
                out.write_all(b"]}\n").map_err(CommandError::new)
            }
        }
    }
}

impl Wanted {
    /// Writes each record as this text, which may hang on whether it is the
    /// first.
    async fn each(
        self,
        service: &Service,
        now: Timestamp,
        oldest_first: bool,
        limit: usize,
        out: &mut (impl Write + Send),
        text: impl Fn(&Kept, bool) -> String + Send,
    ) -> Result<(), CommandError> {
        let search = Search {
            from: self.from,
            to: self.to,
            operation: self.operation,
            resource: self.resource,
            user: self.user,
            access_key_id: self.access_key,
            error_code: self.error_code,
            read_only: self.read_only,
            event_id: self.event_id,
            oldest_first,
            ..Search::default()
        };
        let (mut cursor, mut written) = (None, 0);
        while written < limit {
            let size = PAGE.min(limit - written);
            let found = service.trail.find(&self.account, &search, cursor, size, now).await;
            let found = found.map_err(CommandError::new)?;
            for kept in &found.records {
                out.write_all(text(kept, written == 0).as_bytes()).map_err(CommandError::new)?;
                written += 1;
            }
            cursor = found.next;
            if cursor.is_none() {
                break;
            }
        }
        Ok(())
    }
}

/// When, who, what, how it ended, on what, and which record tells more.
fn line(record: &Record) -> String {
    let resources: Vec<&str> = record.resources.iter().map(|resource| resource.arn.as_str()).collect();
    format!(
        "{}  {}  {}  {}  {}  {}\n",
        record.event_time,
        record.event_id,
        record.user_name().or(record.user_identity.access_key_id.as_deref()).unwrap_or("-"),
        record.event_name,
        record.error_code.as_deref().unwrap_or("ok"),
        if resources.is_empty() { "-".to_owned() } else { resources.join(" ") },
    )
}

fn first_second(text: &str) -> Result<Timestamp, String> {
    time(text, "T00:00:00Z")
}

fn last_second(text: &str) -> Result<Timestamp, String> {
    time(text, "T23:59:59Z")
}

fn time(text: &str, of_day: &str) -> Result<Timestamp, String> {
    let whole = if text.contains('T') { text.to_owned() } else { format!("{text}{of_day}") };
    Timestamp::parse_lenient(&whole).map_err(|error| error.to_string())
}
