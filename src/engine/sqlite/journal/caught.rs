//! What a write does to the rows of the table it is about, as the triggers tell it that watch the table: each change of a
//! row with its values before and after. It holds them; writing them down is the journal's part.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{
    Connection, Result,
    functions::{Context, FunctionFlags},
};

use super::{pile::Pile, stored};
use crate::render::sqlite::{NOTE_FUNCTION, Told};

/// A change of a row, in the journal's JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    /// Of the row as it was left.
    pub(super) key: Vec<u8>,
}

/// The changes since it was last emptied.
#[derive(Debug, Default)]
pub(super) struct Caught {
    /// The places of the key's columns among those that are told; `None` while nobody wants to know.
    key: Option<Arc<[usize]>>,
    /// Of the triggers that are listened to.
    tag: u32,
    changes: Pile,
    /// Changes before this one stay as they are.
    floor: usize,
    /// How many rows were deleted.
    deleted: u64,
    /// What is being told.
    before: Image,
    after: Image,
    /// Something was told that makes no sense, or could not be held.
    broken: bool,
}

/// A row as it is being told.
#[derive(Debug, Default)]
struct Image {
    json: Vec<u8>,
    key: Vec<u8>,
    told: usize,
}

/// Shared between the journal and the function that the triggers call.
#[derive(Debug, Clone, Default)]
pub(super) struct Net(Arc<Mutex<Caught>>);

impl Net {
    /// Lets the connection's triggers call the function.
    pub(super) fn cast(conn: &Connection) -> Result<Self> {
        let net = Self::default();
        let own = net.clone();
        // Not for main's own triggers: those a file brings may call harmless functions only.
        conn.create_scalar_function(
            NOTE_FUNCTION,
            -1,
            FunctionFlags::SQLITE_UTF8,
            move |context| {
                own.lock().hear(context);
                Ok(None::<i64>)
            },
        )?;
        Ok(net)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Caught> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Caught {
    /// Begins to listen to the triggers of a tag.
    pub(super) fn arm(&mut self, key: Arc<[usize]>, tag: u32) {
        self.disarm();
        self.key = Some(key);
        self.tag = tag;
    }

    /// Listens no more and forgets everything.
    pub(super) fn disarm(&mut self) {
        *self = Self::default();
    }

    /// Where it is now; what comes later can be forgotten again.
    pub(super) fn mark(&mut self) -> (usize, u64) {
        self.floor = self.changes.len();
        (self.floor, self.deleted)
    }

    /// Forgets what came after a mark.
    pub(super) fn back_to(&mut self, (mark, deleted): (usize, u64)) {
        self.broken |= self.changes.truncate(mark).is_err();
        self.floor = mark;
        self.deleted = deleted;
    }

    /// Gives away what has changed; `None` where it cannot be told.
    pub(super) fn take(&mut self) -> Option<Pile> {
        self.floor = 0;
        let changes = std::mem::take(&mut self.changes);
        (!self.broken).then_some(changes)
    }

    /// How many rows were deleted.
    pub(super) fn deleted(&self) -> u64 {
        self.deleted
    }

    /// Takes what a trigger tells: which part of a change it is, whose trigger, and values.
    fn hear(&mut self, context: &Context<'_>) {
        let Some(key) = self.key.clone() else {
            return;
        };
        if context.get::<u32>(1) != Ok(self.tag) {
            return;
        }
        let told = context.get::<i64>(0).ok().and_then(Told::of);
        let Some(told) = told else {
            self.broken = true;
            return;
        };
        let image = if told.after {
            &mut self.after
        } else {
            &mut self.before
        };
        for argument in 2..context.len() {
            image.push(&key, context.get_raw(argument));
        }
        if told.last {
            self.end();
        }
    }

    fn end(&mut self) {
        let key = self.key.as_ref().is_some_and(|key| !key.is_empty());
        let before = std::mem::take(&mut self.before).finish();
        let after = std::mem::take(&mut self.after).finish();
        let (Ok(before), Ok(after)) = (before, after) else {
            self.broken = true;
            return;
        };
        let last = if key && self.changes.len() > self.floor {
            self.changes.last_mut()
        } else {
            None
        };
        match (before, after, last) {
            // The same row once more: what lies between is nobody's business.
            (Some((_, key)), Some((after, now)), Some(last))
                if last.after.is_some() && last.key == key =>
            {
                last.after = Some(after);
                last.key = now;
            }
            (Some((_, key)), None, Some(last)) if last.after.is_some() && last.key == key => {
                self.deleted += 1;
                last.after = None;
                if last.before.is_none() {
                    self.changes.pop();
                }
            }
            (None, Some((after, key)), Some(last)) if last.after.is_none() && last.key == key => {
                last.after = Some(after);
            }
            (before, after, _) => {
                self.deleted += u64::from(after.is_none());
                let (after, now) = after.unzip();
                let (before, was) = before.unzip();
                let change = Change {
                    before,
                    after,
                    key: now.or(was).unwrap_or_default(),
                };
                self.broken |= self.changes.push(change).is_err();
            }
        }
    }
}

impl Image {
    fn push(&mut self, key: &[usize], value: rusqlite::types::ValueRef<'_>) {
        self.json.push(if self.told == 0 { b'[' } else { b',' });
        let start = self.json.len();
        stored::push(&mut self.json, value);
        if key.contains(&self.told) {
            self.key.extend_from_slice(&self.json[start..]);
            self.key.push(b',');
        }
        self.told += 1;
    }

    /// The row with its key; `None` where nothing was told.
    fn finish(mut self) -> std::result::Result<Option<(String, Vec<u8>)>, ()> {
        if self.told == 0 {
            return Ok(None);
        }
        self.json.push(b']');
        let json = String::from_utf8(self.json).map_err(|_| ())?;
        Ok(Some((json, self.key)))
    }
}
