//! `upsertd log` and `upsertd undo`: what the journal says, and undoing a request, for whoever has the configuration.

use std::path::PathBuf;

use uuid::Uuid;

use super::{Failure, block_on, print};
use crate::{
    app,
    config::Config,
    domain::journal::{LogEntry, LogFilter},
    error::Error,
    service::{Client, LogRequest, Service, Undoing},
};

/// Rows of a write that are shown.
const ROWS: u32 = 1000;

#[derive(Debug, clap::Args)]
pub(super) struct LogOptions {
    /// The request, by what `X-Log-Id` said. Without it: the newest writes, then the newest requests that failed.
    #[arg(value_name = "LOGID")]
    log_id: Option<Uuid>,
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Writes and failures that are listed at most.
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    limit: u32,
}

#[derive(Debug, clap::Args)]
pub(super) struct UndoOptions {
    /// The request, by what `X-Log-Id` said.
    #[arg(value_name = "LOGID")]
    log_id: Uuid,
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Only say what would be done: exit code 1 where it cannot be.
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn log(options: &LogOptions) -> Result<(), Failure> {
    with_service(&options.config, async |service| {
        let client = Client::running("log");
        match options.log_id {
            Some(log_id) => {
                let found = service.log_request(&client, log_id, 0, ROWS).await;
                let found = found.map_err(failed)?.ok_or_else(|| unknown(log_id))?;
                tell_request(&found)
            }
            None => tell_newest(service, &client, options.limit).await,
        }
    })
}

pub(super) fn undo(options: &UndoOptions) -> Result<(), Failure> {
    let UndoOptions {
        log_id, dry_run, ..
    } = *options;
    with_service(&options.config, async |service| {
        let client = Client::running("undo");
        let undone = service.undo(&client, log_id, dry_run).await;
        let undone = undone.map_err(failed)?.ok_or_else(|| unknown(log_id))?;
        tell_undoing(&undone)
    })
}

fn with_service(
    config: &std::path::Path,
    run: impl AsyncFnOnce(&Service) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let config = Config::load(config).map_err(|problems| Failure::all(problems.all().to_vec()))?;
    block_on(async {
        let service = app::open_service(config).await?;
        let done = run(&service).await;
        service.close().await;
        done
    })
}

async fn tell_newest(service: &Service, client: &Client, limit: u32) -> Result<(), Failure> {
    let writes = service.log(client, LogFilter::default(), limit as usize);
    for entry in writes.await.map_err(failed)?.entries {
        print(&line(&entry))?;
    }
    let errors = service.log_errors(client, LogFilter::default(), limit);
    for error in errors.await.map_err(failed)?.entries {
        let client = error.client.as_deref().unwrap_or("-");
        print(&format!(
            "{} {}Z {client} {} {} failed: {} {}",
            error.log_id, error.at, error.api, error.operation, error.status, error.code
        ))?;
    }
    Ok(())
}

fn line(entry: &LogEntry) -> String {
    let LogEntry {
        log_id,
        step,
        at,
        client,
        api,
        entity,
        operation,
        created,
        updated,
        deleted,
        ..
    } = entry;
    format!(
        "{log_id} #{step} {at}Z {client} {api} {operation} {entity}: {created} created, {updated} updated, {deleted} \
         deleted"
    )
}

fn tell_request(request: &LogRequest) -> Result<(), Failure> {
    for step in &request.steps {
        print(&line(&step.entry))?;
        if let Some(undone) = step.entry.undoes {
            print(&format!("  undoes {undone}"))?;
        }
        if let Some(clause) = &step.entry.clause {
            print(&format!("  clause: {clause}"))?;
        }
        let columns = step.entry.columns.as_deref().unwrap_or_default();
        for row in &step.rows {
            let told = |values: &Option<Vec<serde_json::Value>>| match values {
                None => "-".to_owned(),
                Some(values) => columns
                    .iter()
                    .zip(values)
                    .map(|(name, value)| format!("{name} = {value}"))
                    .collect::<Vec<_>>()
                    .join(", "),
            };
            print(&format!(
                "  row {} before: {}",
                row.number,
                told(&row.before)
            ))?;
            print(&format!(
                "  row {} after:  {}",
                row.number,
                told(&row.after)
            ))?;
        }
        if step.more {
            print("  and more rows")?;
        }
    }
    if let Some(error) = &request.error {
        print(&format!(
            "failed: {} {}: {}",
            error.status, error.code, error.message
        ))?;
    }
    for by in &request.undone_by {
        print(&format!("undone by {by}"))?;
    }
    if let Some(undo) = &request.undo {
        tell_all("cannot be undone", &undo.refusals)?;
        tell_all("would not come back", &undo.losses)?;
    }
    Ok(())
}

fn tell_undoing(undoing: &Undoing) -> Result<(), Failure> {
    tell_all("does not come back", &undoing.losses)?;
    for (entity, created, updated, deleted) in &undoing.steps {
        print(&format!(
            "{entity}: {created} to delete, {updated} to put back, {deleted} to insert again"
        ))?;
    }
    let changed = undoing.changed.iter().map(|row| {
        let key = row
            .key
            .iter()
            .map(|(name, value)| format!("{name} = {value}"));
        let key = key.collect::<Vec<_>>().join(", ");
        format!("it cannot be undone: changed since: {} ({key})", row.entity)
    });
    let refusals = undoing.refusals.iter();
    let refusals = refusals.map(|why| format!("it cannot be undone: {why}"));
    let problems: Vec<String> = refusals.chain(changed).collect();
    if !problems.is_empty() {
        return Err(Failure::all(problems));
    }
    match undoing.by {
        Some(by) => print(&format!("undone by {by}"))?,
        None => print("nothing was done")?,
    }
    Ok(())
}

fn tell_all(what: &str, reasons: &[String]) -> Result<(), Failure> {
    for reason in reasons {
        print(&format!("{what}: {reason}"))?;
    }
    Ok(())
}

fn unknown(log_id: Uuid) -> Failure {
    Failure::new(&format!("the journal has no request {log_id}"))
}

#[allow(clippy::needless_pass_by_value)] // for map_err
fn failed(error: Error) -> Failure {
    match error.detail() {
        Some(detail) => Failure::new(&format!("{error} ({detail})")),
        None => Failure::new(&error.to_string()),
    }
}
