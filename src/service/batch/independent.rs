//! A batch whose rows stand each for itself: it is written part by part, and a part that fails in halves, until a row
//! that cannot be written costs only itself.

use std::sync::Arc;

use tokio::{sync::mpsc, task::spawn_blocking};

use super::{
    RowSink, RowSource,
    plan::Chunk,
    run::{Ended, Patience, Run, lost_planner, result},
};
use crate::{
    domain::batch::RowDone,
    engine::{EngineError, rows::RowReport},
    error::Error,
    policy::{Permit, WriteRows},
    render::rows::RowsBatch,
};

impl<S: RowSource, K: RowSink> Run<S, K> {
    /// Each row for itself, part by part.
    pub(super) async fn independently(&mut self, permit: Permit<WriteRows>) -> Result<bool, Ended> {
        let mut planner = self.planner(permit)?;
        let (send, mut parts) = mpsc::channel(1);
        let planning = spawn_blocking(move || {
            let ended = loop {
                match planner.next() {
                    Ok(Some(chunk)) => {
                        if send.blocking_send(chunk).is_err() {
                            break Ok(());
                        }
                    }
                    Ok(None) => break Ok(()),
                    Err(error) => break Err(error),
                }
            };
            (planner.into_source(), ended)
        });
        let mut stopped = None;
        while let Some(chunk) = parts.recv().await {
            if let Err(ended) = self.write_part(chunk).await {
                stopped = Some(ended);
                break;
            }
        }
        drop(parts);
        let (source, read) = planning.await.map_err(|_| lost_planner())?;
        self.source = Some(source);
        match (stopped, read) {
            (Some(ended), _) => Err(ended),
            // What came before it stands, if anything did: each API says what its contract says of that.
            (None, read) => Ok(read.map(|()| true)?),
        }
    }

    async fn write_part(&mut self, mut chunk: Chunk) -> Result<(), Ended> {
        let mut results = self.recall(&mut chunk);
        self.doubt(&chunk.refused)?;
        if let Some(batch) = chunk.batch {
            // Halves are taken in order, so that of rows with one key the last one stays the last.
            let mut waiting = vec![batch];
            while let Some(batch) = waiting.pop() {
                let batch = Arc::new(batch);
                match self.try_rows(&batch).await {
                    Ok(reports) => {
                        self.written |= self.request_keeps();
                        results.extend(reports.into_iter().map(|(n, report)| (n, result(report))));
                    }
                    Err(error) if error.is_about_a_row() && batch.rows.len() > 1 => {
                        let mut batch = Arc::unwrap_or_clone(batch);
                        let rest = batch.split();
                        waiting.extend(rest);
                        waiting.push(batch);
                    }
                    // Another run of the same request goes on with it: this one must say nothing of it.
                    Err(EngineError::Underway) => return Err(EngineError::Underway.into()),
                    Err(error) if !error.is_about_a_row() && !self.written => {
                        return Err(error.into());
                    }
                    Err(error) => results.extend(
                        batch
                            .rows
                            .iter()
                            .map(|row| (row.number, Err(error.clone().into()))),
                    ),
                }
            }
        }
        let refused = chunk.refused.into_iter().map(|(n, error)| (n, Err(error)));
        results.extend(refused);
        results.sort_by_key(|(number, _)| *number);
        Ok(self.report(results)?)
    }

    /// Takes the rows out of a part that were written when the request was made before; what became of them.
    fn recall(&mut self, chunk: &mut Chunk) -> Vec<(u64, Result<RowDone, Error>)> {
        let Some(past) = &self.past else {
            return Vec::new();
        };
        self.written = true;
        let planned = chunk.batch.iter().flat_map(|batch| &batch.rows);
        let numbers = planned.map(|row| row.number);
        let numbers = numbers.chain(chunk.refused.iter().map(|(number, _)| *number));
        let done = numbers.filter_map(|number| Some((number, Ok(past.get(&number)?.clone()))));
        let done = done.collect();
        let is_new = |number: u64| !past.contains_key(&number);
        if let Some(batch) = &mut chunk.batch {
            batch.rows.retain(|row| is_new(row.number));
        }
        chunk.batch.take_if(|batch| batch.rows.is_empty());
        chunk.refused.retain(|(number, _)| is_new(*number));
        done
    }

    /// Writes rows; tries again where there was no room or no lock.
    async fn try_rows(&self, batch: &Arc<RowsBatch>) -> Result<Vec<(u64, RowReport)>, EngineError> {
        let mut patience = Patience::default();
        loop {
            let done = self
                .engine
                .write_rows(Arc::clone(batch), self.deadline)
                .await;
            match done {
                Err(error) if patience.waits_for(&error).await => {}
                done => return done,
            }
        }
    }
}
