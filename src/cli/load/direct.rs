//! Rows into the database itself, through the service's own layers: what a caller may not write cannot be loaded either.

use std::{path::Path, sync::Arc};

use super::{
    chunks::{Chunk, Keeper, Kept},
    file::Source,
    options::Options,
    target::{Done, Trouble},
    together::Whole,
};
use crate::{
    access::Client,
    app,
    cli::Failure,
    config::Config,
    domain::batch::{BatchRequest, Repeated, RowAction, RowDone, RowOutcome},
    error::Error,
    rows,
    service::{Operation as _, Permit, RowSink, RowSource, Service, SourceRow, Upsert, WriteRows},
    wire::contract_insight::many,
};

/// An open database.
pub(super) struct Direct {
    service: Service,
    permit: Permit<WriteRows>,
    request: BatchRequest,
}

impl Direct {
    pub(super) async fn open(options: &Options, file: &Path) -> Result<Self, Failure> {
        let service = app::open_service(Config::load(file)?).await?;
        let found = Self::find(&service, options);
        match found {
            Ok((permit, request)) => Ok(Self {
                service,
                permit,
                request,
            }),
            Err(error) => {
                service.close().await;
                Err(tell(&error))
            }
        }
    }

    fn find(
        service: &Service,
        options: &Options,
    ) -> Result<(Permit<WriteRows>, BatchRequest), Error> {
        let permit =
            service.permit_rows(&Client::running("load"), &options.entity, Upsert::ACTIONS)?;
        let named = (!options.key.is_empty()).then_some(options.key.as_slice());
        let (key, keyless) = many::key(permit.entity(), named)?;
        let request = BatchRequest {
            key,
            atomic: options.all_or_none,
            keyless,
            repeated: Repeated::InOrder,
            clear: false,
            report_keys: false,
            dry_run: options.dry_run,
        };
        Ok((permit, request))
    }

    pub(super) async fn write(&mut self, chunk: &Chunk) -> Result<Vec<Done>, Trouble> {
        let rows = chunk
            .rows
            .iter()
            .enumerate()
            .map(|(at, kept)| turn(at as u64, kept));
        let source = Held {
            rows: rows.collect(),
            next: 0,
        };
        let sink = Told::default();
        let written = self
            .service
            .write_rows(&self.permit, self.request.clone(), source, sink)
            .await;
        let (_, told) = written.map_err(|error| trouble(&error))?;
        told.0
            .into_iter()
            .map(|result| match result {
                Ok(RowOutcome::Created) => Ok(Done::Created),
                Ok(_) => Ok(Done::Updated),
                Err(error) if passes(&error) => Err(trouble(&error)),
                Err(error) => Ok(Done::Failed(error.to_string())),
            })
            .collect()
    }

    /// Writes all rows or none.
    pub(super) async fn write_all(&mut self, source: &Source) -> Result<Whole, Failure> {
        let mut keeper = Keeper::default();
        let rows = rows::Source::new(source.rows()?, move |number, row| {
            keeper.strip(row).into_batch(number, RowAction::Upsert)
        });
        let written = self
            .service
            .write_rows(&self.permit, self.request.clone(), rows, Failed::default())
            .await;
        let (batch, failed) = written.map_err(|error| tell(&error))?;
        Ok(Whole {
            created: batch.counts.created,
            updated: batch.counts.updated,
            failed: failed.0,
        })
    }

    pub(super) async fn close(self) {
        self.service.close().await;
    }
}

fn turn(number: u64, kept: &Kept) -> SourceRow {
    match &kept.content {
        Ok(row) => row
            .clone()
            .into_batch(number, RowAction::Upsert)
            .map_err(|error| (number, error)),
        Err(message) => Err((
            number,
            Error::Malformed {
                message: message.clone(),
            },
        )),
    }
}

/// Whether it is no fault of the row.
fn passes(error: &Error) -> bool {
    error.status() >= 500 || error.status() == 429
}

fn trouble(error: &Error) -> Trouble {
    if passes(error) && error.status() != 500 {
        Trouble::Passing(error.to_string())
    } else {
        Trouble::Lasting(tell(error))
    }
}

/// With what only the log of a service may hold: here the operator is who asks.
fn tell(error: &Error) -> Failure {
    let failure = Failure::new(error);
    match error.detail() {
        Some(detail) => failure.hint(&detail),
        None => failure,
    }
}

/// A chunk's rows.
struct Held {
    rows: Arc<[SourceRow]>,
    next: usize,
}

impl RowSource for Held {
    fn next(&mut self) -> Result<Option<SourceRow>, Error> {
        let row = self.rows.get(self.next).cloned();
        self.next += 1;
        Ok(row)
    }

    fn rewind(&mut self) -> Result<(), Error> {
        self.next = 0;
        Ok(())
    }
}

/// What became of a chunk's rows, in their order.
#[derive(Default)]
struct Told(Vec<Result<RowOutcome, Error>>);

impl RowSink for Told {
    fn take(&mut self, _: u64, result: Result<RowDone, Error>) -> Result<(), Error> {
        self.0.push(result.map(|done| done.outcome));
        Ok(())
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

/// The rows because of which nothing was written.
#[derive(Default)]
struct Failed(Vec<(u64, String)>);

impl RowSink for Failed {
    fn take(&mut self, number: u64, result: Result<RowDone, Error>) -> Result<(), Error> {
        if let Err(error) = result {
            self.0.push((number, error.to_string()));
        }
        Ok(())
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}
