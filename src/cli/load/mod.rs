//! `upsertd load`: the rows of a file, or of standard input, into an entity; chunk by chunk, so that memory does not grow
//! with them, and noting how far it is, so that a load that is broken off can be gone on with.

mod chunks;
mod direct;
mod file;
mod options;
mod progress;
mod rejects;
mod remote;
mod state;
mod target;
mod together;

use std::{process::ExitCode, time::Instant};

pub(super) use self::options::Options;
use self::{
    chunks::Chunks,
    file::Source,
    progress::{Progress, Totals},
    rejects::Rejects,
    state::State,
    target::{Done, Target},
};
use super::{Failure, block_on, print};

/// The exit code where rows were rejected. 2 is a wrong command line.
const SOME_REJECTED: u8 = 3;

/// The key that a rejected row has besides its own, with the reason; a load takes no notice of it.
const REASON: &str = "_upsertd_error";

pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    options.check()?;
    block_on(load(options))
}

async fn load(options: &Options) -> Result<ExitCode, Failure> {
    let begun = Instant::now();
    let mut source = Source::open(options)?;
    // What is wrong with the whole is said before a row is written.
    source.check()?;
    let mut state = State::open(options, &source)?;
    let mut rejects = Rejects::open(options, &source, &state)?;
    let mut target = Target::open(options).await?;
    let mut progress = Progress::start(options, &source, state.totals().rows());
    let loaded = if options.all_or_none {
        together::load(options, &source, &mut target, &mut rejects).await
    } else {
        in_chunks(
            options,
            &source,
            &mut target,
            &mut state,
            &mut rejects,
            &mut progress,
        )
        .await
    };
    progress.end();
    target.close().await;
    let totals = match loaded {
        Ok(totals) => totals,
        Err(failure) => return Err(with_way_on(failure, &state)),
    };
    state.remove()?;
    print(&totals.summary(begun.elapsed(), options.dry_run))?;
    for line in rejects.told() {
        super::warn(&line)?;
    }
    Ok(match totals.rejected {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(SOME_REJECTED),
    })
}

/// Says how to go on, where something was written.
fn with_way_on(failure: Failure, state: &State) -> Failure {
    match state.rows() {
        Some(rows) if rows > 0 => failure.hint(&format!(
            "{rows} rows are done; the same command with --resume goes on behind them"
        )),
        _ => failure,
    }
}

async fn in_chunks(
    options: &Options,
    source: &Source,
    target: &mut Target,
    state: &mut State,
    rejects: &mut Rejects,
    progress: &mut Progress,
) -> Result<Totals, Failure> {
    let mut totals = state.totals();
    let mut chunks = Chunks::read(source, totals.rows(), options.chunk)?;
    while let Some(chunk) = chunks.next().await? {
        let results = target::write(target, &chunk).await?;
        for (row, done) in chunk.rows.iter().zip(results) {
            match done {
                Done::Created => totals.created += 1,
                Done::Updated => totals.updated += 1,
                Done::Failed(reason) => {
                    totals.rejected += 1;
                    rejects.add(row, &reason)?;
                }
            }
        }
        rejects.commit()?;
        state.save(&totals, rejects.length())?;
        progress.at(&totals);
    }
    Ok(totals)
}
