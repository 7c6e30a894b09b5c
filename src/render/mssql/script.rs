//! The script of a write. It is one transaction that ends committed or, where it wrote something else than
//! it was to write, rolled back. An error ends it at once and is passed on: `XACT_ABORT` alone would let a
//! trigger's RAISERROR through to the commit, so TRY catches it. The last statement reports. The session's
//! `CONTEXT_INFO` is not 0 from right before the commit on: who cancels a script can ask how far it came.

use std::ops::Range;

use super::{
    Mssql, Sql, declared::push_reported, journal::AtOnce, judged::Judged, once::Record,
    one_row::names_one_row, operand::push_stored, push_integer, push_table, push_target,
};
use crate::{
    domain::{
        Column, ColumnIndex, Default, Entity, Note, Predicate, SqlType, Table,
        plan::{Assignment, MatchRule},
    },
    render::{
        Statement,
        predicate::{push_predicate, within},
    },
};

/// Both, always: update locks, so that two of these do not wait for each other in a circle, and range
/// locks, so that a row that is missing stays missing until the commit.
pub(super) const LOCKS: &str = " WITH (UPDLOCK, SERIALIZABLE)";

/// Ends a script: a row as it was written is none that its writer may have.
pub(super) const OUTSIDE: &str =
    "THROW 1875001403, N'A row would be outside of the rows of its writer.', 1;\n";

/// How an insert's generated key comes to be known.
#[derive(Clone, Copy)]
enum Generated {
    /// The table has none that could be told.
    Nothing,
    /// The database counts it.
    Identity,
    /// The insert sets it: what stands for the value in the text.
    Set(ColumnIndex),
    /// The database makes it by a default.
    Made(ColumnIndex),
}

/// A script in the making.
pub(super) struct Script<'e> {
    sql: Sql,
    dialect: Mssql,
    entity: &'e Entity,
    table: &'e Table,
    generated: Generated,
    /// What stands in the text for the value of each column set, so that it travels once.
    values: Values,
    journal: Option<AtOnce<'e>>,
    record: Option<Record<'e>>,
    /// Whether it may update and whether it may insert.
    does: (bool, bool),
    /// Which rows its writer may have, if not all, where the journal's rows do not tell what was written.
    judged: Option<Judged<'e>>,
}

impl<'e> Script<'e> {
    pub(super) fn new(dialect: Mssql, entity: &'e Entity, note: Option<&'e Note>) -> Self {
        let mut journal = AtOnce::of(dialect, note);
        let judged = Judged::new(entity).and_then(|judged| match &mut journal {
            Some(journal) if journal.keeps_rows() => journal
                .leave_telling()
                .map(|kept| judged.keeping(kept, true)),
            _ => Some(judged),
        });
        let mut sql = Sql::new();
        sql.push_syntax("SET NOCOUNT, XACT_ABORT ON;\n")
            .push_syntax("SET CONTEXT_INFO 0x00;\n")
            .push_syntax(dialect.isolation.setting())
            .push_syntax("\n");
        Self {
            sql,
            dialect,
            entity,
            table: entity.table(),
            generated: Generated::Nothing,
            values: Vec::new(),
            judged,
            journal,
            record: Record::of(dialect, note),
            does: (false, false),
        }
    }

    /// Declares the variables and begins the transaction. `insert` is what the script may insert.
    pub(super) fn declare(&mut self, insert: Option<&[Assignment]>) {
        self.generated = insert.map_or(Generated::Nothing, |set| generated(self.entity, set));
        if let Some(judged) = &mut self.judged {
            let made = match self.generated {
                Generated::Made(key) => Some(key),
                _ => None,
            };
            judged.tell_made(made);
            judged.make(&mut self.sql);
        }
        self.sql.push_syntax("DECLARE @n int = 0, @a int = 0");
        match self.generated {
            Generated::Identity => {
                self.sql.push_syntax(", @id decimal(38,0)");
            }
            // The table of the journal or that of the rows judged has it as well.
            Generated::Made(key) if !self.journals_rows() && self.judged.is_none() => {
                self.sql.push_syntax("; DECLARE @made TABLE (id ");
                push_reported(&mut self.sql, &self.table.column(key).ty);
                self.sql.push_syntax(")");
            }
            Generated::Made(_) | Generated::Nothing | Generated::Set(_) => {}
        }
        self.sql.push_syntax(";\n");
        let made = match self.generated {
            Generated::Made(key) => Some(key),
            _ => None,
        };
        if let Some(journal) = &mut self.journal {
            journal.declare(&mut self.sql, made);
        }
        if let Some(record) = &self.record {
            record.push_bound(&mut self.sql);
        }
        self.sql.push_syntax("BEGIN TRY\nBEGIN TRANSACTION;\n");
        if self.record.is_some() {
            Record::push_request(&mut self.sql);
        }
    }

    fn journals_rows(&self) -> bool {
        self.journal.as_ref().is_some_and(AtOnce::keeps_rows)
    }

    /// Updates what matches, if that is no more than the rule allows; inserts, where there is something to
    /// insert and nothing matches.
    pub(super) fn update_or(
        &mut self,
        predicate: &Predicate,
        update: &[Assignment],
        rule: MatchRule,
        insert: Option<&[Assignment]>,
    ) {
        self.does = (true, insert.is_some());
        if names_one_row(self.table, predicate) {
            self.update_at_once(predicate, update, rule, insert);
        } else {
            self.count_first(predicate, update, rule, insert);
        }
    }

    /// No more than one row can match: the update itself finds out whether it does. Should the key be none
    /// any more, since the catalog was read, what is more than allowed counts as not written: it is rolled
    /// back.
    fn update_at_once(
        &mut self,
        predicate: &Predicate,
        update: &[Assignment],
        rule: MatchRule,
        insert: Option<&[Assignment]>,
    ) {
        let entity = self.entity;
        let condition = self.push_before(update, |sql, table| {
            push_predicate(sql, table, &within(predicate, entity));
        });
        self.push_update(update, LOCKS);
        match condition {
            Some(condition) => {
                self.sql.push_again(condition);
            }
            None => push_predicate(&mut self.sql, self.table, &within(predicate, self.entity)),
        }
        self.sql
            .push_syntax(";\nSELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > ");
        push_integer(&mut self.sql, i64::from(rule.allowed));
        self.sql.push_syntax(" THEN 0 ELSE @@ROWCOUNT END;\n");
        if let Some(insert) = insert {
            self.sql.push_syntax("IF @n = 0\nBEGIN\n");
            self.push_insert(insert);
            self.sql.push_syntax("END;\n");
        }
    }

    fn count_first(
        &mut self,
        predicate: &Predicate,
        update: &[Assignment],
        rule: MatchRule,
        insert: Option<&[Assignment]>,
    ) {
        self.sql
            .push_syntax("SELECT @n = COUNT(*) FROM (SELECT TOP (");
        push_integer(&mut self.sql, i64::from(rule.cap) + 1);
        self.sql.push_syntax(") 1 AS x FROM ");
        push_table(&mut self.sql, self.table);
        self.sql.push_syntax(LOCKS).push_syntax(" WHERE ");
        let start = self.sql.mark();
        push_predicate(&mut self.sql, self.table, &within(predicate, self.entity));
        let condition = start..self.sql.mark();
        self.sql.push_syntax(") AS q;\nIF @n BETWEEN 1 AND ");
        push_integer(&mut self.sql, i64::from(rule.allowed));
        self.sql.push_syntax("\nBEGIN\n");
        let again = condition.clone();
        self.push_before(update, |sql, _| {
            sql.push_again(again);
        });
        self.push_update(update, "");
        self.sql
            .push_again(condition)
            .push_syntax(";\nSET @a = @@ROWCOUNT;\nEND");
        if let Some(insert) = insert {
            self.sql.push_syntax("\nELSE IF @n = 0\nBEGIN\n");
            self.push_insert(insert);
            self.sql.push_syntax("END");
        }
        self.sql.push_syntax(";\n");
    }

    /// Inserts one row, whatever there is.
    pub(super) fn insert_always(&mut self, insert: &[Assignment]) {
        self.does = (false, true);
        self.push_insert(insert);
    }

    /// Ends the transaction and reports.
    pub(super) fn finish(mut self) -> Statement {
        match (&self.judged, &self.journal) {
            (Some(judged), _) => judged.push_verdict(&mut self.sql),
            (None, Some(journal)) => journal.push_verdict(&mut self.sql, self.entity),
            (None, None) => {}
        }
        self.sql
            .push_syntax("IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END\nBEGIN\n");
        if let Some(journal) = &self.journal {
            let (updates, inserts) = self.does;
            journal.push_end(&mut self.sql, updates, inserts);
        }
        self.push_record();
        self.sql.push_syntax(
            "SET CONTEXT_INFO 0x01;\nCOMMIT TRANSACTION;\nEND\n\
             ELSE ROLLBACK TRANSACTION;\nEND TRY\n\
             BEGIN CATCH\nIF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;\nTHROW;\nEND CATCH;\n\
             SELECT @n AS matched, @a AS affected, ",
        );
        match self.generated {
            Generated::Nothing => {
                self.sql.push_syntax("NULL");
            }
            generated => push_generated(
                &mut self.sql,
                generated,
                &self.values,
                self.judged.is_some(),
                self.journal.as_ref(),
            ),
        }
        let key = self.generated_key();
        self.sql.push_syntax(" AS generated;");
        let ty = key.map_or(SqlType::BigInt, |key| self.table.column(key).ty.clone());
        self.sql.finish(vec![SqlType::Int, SqlType::Int, ty])
    }

    /// The column whose value is reported as generated.
    fn generated_key(&self) -> Option<ColumnIndex> {
        match self.generated {
            Generated::Nothing => None,
            Generated::Identity => self.entity.generated_key(),
            Generated::Set(key) | Generated::Made(key) => Some(key),
        }
    }

    /// Keeps what the write came to, where the request is not to act again.
    fn push_record(&mut self) {
        let Some(record) = &self.record else {
            return;
        };
        let (updates, inserts) = self.does;
        let (generated, values) = (self.generated, &self.values);
        let key = self.generated_key().map(|key| &self.table.column(key).ty);
        let (judged, journal) = (self.judged.is_some(), self.journal.as_ref());
        let sql = &mut self.sql;
        if updates && inserts {
            sql.push_syntax("IF @n = 0\nBEGIN\n");
        }
        if inserts {
            let push = |sql: &mut Sql| push_generated(sql, generated, values, judged, journal);
            record.push_inserted(sql, key.map(|ty| (ty, push)));
        }
        if updates && inserts {
            sql.push_syntax("END\nELSE\nBEGIN\n");
        }
        if updates {
            Record::push_updated(sql);
        }
        if updates && inserts {
            sql.push_syntax("END;\n");
        }
    }

    /// `UPDATE … SET … WHERE `
    fn push_update(&mut self, update: &[Assignment], locks: &'static str) {
        self.sql.push_syntax("UPDATE ");
        push_target(&mut self.sql, self.entity);
        self.sql.push_syntax(locks).push_syntax(" SET ");
        for (i, assignment) in update.iter().enumerate() {
            if i > 0 {
                self.sql.push_syntax(", ");
            }
            let column = self.table.column(assignment.column);
            self.sql.push_name(&column.name).push_syntax(" = ");
            self.push_value(assignment, column);
        }
        let written = update.iter().map(|assignment| assignment.column);
        let sql = &mut self.sql;
        let judged = self.judged.as_ref();
        let told = judged.is_some_and(|judged| judged.push_output_of_update(sql, written));
        if let Some(journal) = self.journal.as_ref().filter(|_| !told) {
            journal.push_output_of_update(sql);
        }
        self.sql.push_syntax(" WHERE ");
    }

    /// Keeps the rows as they are before an update; gives where the condition stands in the text, if it does.
    fn push_before(
        &mut self,
        update: &[Assignment],
        push_condition: impl FnOnce(&mut Sql, &Table),
    ) -> Option<Range<usize>> {
        let journal = self.journal.take()?;
        let table = self.table;
        let (dialect, values) = (self.dialect, &mut self.values);
        let condition = journal.push_before(
            &mut self.sql,
            |sql, key| {
                let set = update.iter().find(|assignment| assignment.column == key);
                if let Some(set) = set {
                    push_value(sql, dialect, values, set, table.column(key));
                }
                set.is_some()
            },
            |sql| push_condition(sql, table),
        );
        self.journal = Some(journal);
        condition
    }

    fn push_insert(&mut self, insert: &[Assignment]) {
        let table = self.table;
        self.sql.push_syntax("INSERT INTO ");
        push_target(&mut self.sql, self.entity);
        self.sql
            .push_syntax(" (")
            .push_list(insert, ", ", |sql, assignment| {
                sql.push_name(&table.column(assignment.column).name);
            })
            .push_syntax(")");
        if let Some(judged) = &self.judged {
            judged.push_output_of_insert(&mut self.sql);
        } else if let Some(journal) = self.journal.as_ref().filter(|journal| journal.keeps_rows()) {
            journal.push_output_of_insert(&mut self.sql);
        } else if let Generated::Made(key) = self.generated {
            // Into a table: by itself OUTPUT is not allowed where there are triggers.
            self.sql
                .push_syntax(" OUTPUT inserted.")
                .push_name(&table.column(key).name)
                .push_syntax(" INTO @made (id)");
        }
        self.sql.push_syntax(" VALUES (");
        for (i, assignment) in insert.iter().enumerate() {
            if i > 0 {
                self.sql.push_syntax(", ");
            }
            self.push_value(assignment, table.column(assignment.column));
        }
        self.sql
            .push_syntax(");\n")
            .push_syntax(match self.generated {
                Generated::Identity => "SELECT @a = @@ROWCOUNT, @id = SCOPE_IDENTITY();\n",
                _ => "SET @a = @@ROWCOUNT;\n",
            });
    }

    fn push_value(&mut self, assignment: &Assignment, column: &Column) {
        push_value(
            &mut self.sql,
            self.dialect,
            &mut self.values,
            assignment,
            column,
        );
    }
}

/// What stands in the text for the value of each column set.
type Values = Vec<(ColumnIndex, Range<usize>)>;

/// Adds the value of an assignment: as a parameter of its own the first time, the same one from then on.
fn push_value(
    sql: &mut Sql,
    dialect: Mssql,
    values: &mut Values,
    assignment: &Assignment,
    column: &Column,
) {
    if assignment.value.is_none() && !dialect.null_parameters {
        sql.push_syntax("NULL");
    } else if values.iter().any(|(of, _)| *of == assignment.column) {
        push_value_again(sql, values, assignment.column);
    } else {
        let start = sql.mark();
        push_stored(sql, column, assignment.value.clone());
        let piece = start..sql.mark();
        values.push((assignment.column, piece));
    }
}

/// Adds what stands for the value that is reported as generated.
fn push_generated(
    sql: &mut Sql,
    generated: Generated,
    values: &Values,
    judged: bool,
    journal: Option<&AtOnce<'_>>,
) {
    match generated {
        Generated::Nothing => {}
        Generated::Identity => {
            sql.push_syntax("@id");
        }
        Generated::Set(key) => push_value_again(sql, values, key),
        Generated::Made(_) if judged => {
            sql.push_syntax("(SELECT upsertd_made FROM #upsertd_w)");
        }
        Generated::Made(_) => match journal.filter(|journal| journal.keeps_rows()) {
            Some(journal) => journal.push_made(sql),
            None => {
                sql.push_syntax("(SELECT id FROM @made)");
            }
        },
    }
}

fn push_value_again(sql: &mut Sql, values: &Values, column: ColumnIndex) {
    let known = values.iter().find(|(of, _)| *of == column);
    match known.map(|(_, piece)| piece.clone()) {
        Some(piece) => sql.push_again(piece),
        None => sql.push_syntax("NULL"),
    };
}

fn generated(entity: &Entity, set: &[Assignment]) -> Generated {
    let Some(key) = entity.generated_key() else {
        return Generated::Nothing;
    };
    let column = entity.table().column(key);
    if column.default == Default::Identity {
        return Generated::Identity;
    }
    if set.iter().any(|assignment| assignment.column == key) {
        return Generated::Set(key);
    }
    match column.ty {
        // A CLR type has no form that could travel by itself.
        SqlType::Other(_) | SqlType::RowVersion => Generated::Nothing,
        _ => Generated::Made(key),
    }
}
