//! The script that undoes a step of a request. The journal's rows are staged in `#upsertd_undo`, typed: as they are
//! expected to be and as they were. A row that was changed more than once is put back in waves, its last change first.
//! Whatever is not as it is expected to be ends the script before it writes.

use super::{
    Mssql, Sql,
    declared::{push_compared_type, push_reported},
    journal::{Journal, LOG_ROWS},
    once::Record,
    push_table, push_target,
    rows::Escapes,
    script::LOCKS,
};
use crate::{
    domain::{
        ColumnIndex, Default, Length, SqlType, Table, Value,
        journal::{MOST_CHANGED, UndoStep},
        once::Outcome,
    },
    render::Statement,
};

/// What was done to a row.
const MADE: &str = "0";
const CHANGED: &str = "1";
const DELETED: &str = "2";

/// The rows of this wave.
const OF_WAVE: &str = " WHERE u.wave = @wave";

struct Renderer<'s> {
    step: &'s UndoStep,
    table: &'s Table,
    /// The rows as the journal kept them, whatever it keeps now.
    kept: Journal<'s>,
    /// What it keeps of the undoing.
    journal: Option<Journal<'s>>,
    /// What the same request finds when it is made again.
    record: Option<Record<'s>>,
    escapes: Escapes,
}

impl Mssql {
    /// Renders the undoing of a step. Within a transaction that is begun and ended elsewhere; returns the rows that are
    /// not as they are expected to be, as the journal kept them, and has changed nothing where there are any.
    #[must_use]
    pub fn render_undo(self, log_id: uuid::Uuid, step: &UndoStep) -> Statement {
        let kept = Journal::of_undoing(self, &step.note, &step.columns);
        let renderer = Renderer {
            step,
            table: step.note.entity.table(),
            kept,
            journal: Journal::of(self, Some(&step.note)).map(|journal| journal.with(&step.columns)),
            record: Record::of(self, Some(&step.note)),
            escapes: if self.null_parameters {
                Escapes::default()
            } else {
                Escapes::all()
            },
        };
        let mut sql = Sql::new();
        sql.push_syntax("SET NOCOUNT, XACT_ABORT ON;\nDECLARE @undone uniqueidentifier = ")
            .push_param(Some(Value::Guid(log_id)), &SqlType::UniqueIdentifier)
            .push_syntax(", @undone_step int = ")
            .push_param(Some(Value::Int(step.step.into())), &SqlType::Int)
            .push_syntax(";\n");
        if let Some(journal) = &renderer.journal {
            journal.push_bound(&mut sql);
        }
        if let Some(record) = &renderer.record {
            record.push_bound(&mut sql);
            Record::push_request(&mut sql);
        }
        renderer.push_make(&mut sql);
        renderer.push_stage(&mut sql);
        renderer.push_waves(&mut sql);
        renderer.push_log_row(&mut sql);
        if renderer.record.is_some() {
            Record::push_known(&mut sql, &Outcome::of_undoing(step.note.deed.log_id));
        }
        sql.push_syntax("SELECT TOP (")
            .push_number(MOST_CHANGED)
            .push_syntax(
                ") u.known FROM #upsertd_undo AS u JOIN @changed AS c ON c.number = u.number ORDER BY u.number;",
            );
        sql.finish(vec![SqlType::NVarChar(Length::Max)])
    }
}

impl Renderer<'_> {
    /// The columns that a key is of, each with its place among those that are kept.
    fn key(&self) -> impl Iterator<Item = (usize, ColumnIndex, usize)> + '_ {
        let key = self.kept.key().iter().enumerate();
        key.filter_map(|(number, index)| {
            let place = self.step.columns.iter().position(|kept| kept == index)?;
            Some((number, *index, place))
        })
    }

    /// Text that rows are found by is of the column's own collation.
    fn push_make(&self, sql: &mut Sql) {
        sql.push_syntax(
            "IF OBJECT_ID('tempdb..#upsertd_undo') IS NOT NULL DROP TABLE #upsertd_undo;\n\
             SELECT TOP (0) CAST(0 AS bigint) AS number, CAST(0 AS bigint) AS wave, CAST(0 AS int) AS did, \
             CAST(NULL AS nvarchar(max)) AS expected, CAST(NULL AS nvarchar(max)) AS known",
        );
        for (number, index, _) in self.key() {
            self.push_held(sql.push_syntax(", "), index, true);
            sql.push_syntax(" AS k").push_number(number);
        }
        for index in &self.step.columns {
            self.push_held(
                sql.push_syntax(", "),
                *index,
                self.kept.key().contains(index),
            );
            sql.push_syntax(" AS c").push_number(index.position());
        }
        sql.push_syntax(" INTO #upsertd_undo FROM (SELECT 1 AS x) AS q LEFT JOIN ");
        push_table(sql, self.table);
        sql.push_syntax(
            " AS t ON 1 = 0;\nCREATE UNIQUE CLUSTERED INDEX upsertd_undo_rows ON #upsertd_undo (wave, number);\n",
        );
    }

    fn push_held(&self, sql: &mut Sql, index: ColumnIndex, finds: bool) {
        let column = self.table.column(index);
        if finds && column.ty.is_text() {
            sql.push_syntax("CAST(t.")
                .push_name(&column.name)
                .push_syntax(" AS ");
            push_compared_type(sql, &column.ty);
        } else {
            sql.push_syntax("CAST(NULL AS ");
            push_reported(sql, &column.ty);
        }
        sql.push_syntax(")");
    }

    fn push_stage(&self, sql: &mut Sql) {
        sql.push_syntax("INSERT INTO #upsertd_undo (number, wave, did, expected, known");
        for (number, ..) in self.key() {
            sql.push_syntax(", k").push_number(number);
        }
        for index in &self.step.columns {
            sql.push_syntax(", c").push_number(index.position());
        }
        // A row has one key and, by it, one place after the other; spelt as it is stored.
        sql.push_syntax(
            ")\nSELECT ROW_NUMBER() OVER (ORDER BY r.[number] DESC) - 1, ROW_NUMBER() OVER (PARTITION BY ",
        )
        .push_list(self.key(), ", ", |sql, (number, ..)| {
            sql.push_syntax("p.k")
                .push_number(number)
                .push_syntax(" COLLATE Latin1_General_BIN2");
        })
        .push_syntax(" ORDER BY r.[number] DESC), CASE WHEN r.[before] IS NULL THEN ")
        .push_syntax(MADE)
        .push_syntax(" WHEN r.[after] IS NULL THEN ")
        .push_syntax(DELETED)
        .push_syntax(" ELSE ")
        .push_syntax(CHANGED)
        .push_syntax(" END, r.[after], COALESCE(r.[after], r.[before])");
        for (number, index, _) in self.key() {
            self.push_value(sql.push_syntax(", "), index, |sql| {
                sql.push_syntax("p.k").push_number(number);
            });
        }
        for index in &self.step.columns {
            self.push_value(sql.push_syntax(", "), *index, |sql| {
                sql.push_syntax("j.c").push_number(index.position());
            });
        }
        sql.push_syntax(
            "\nFROM [dbo].[upsertd_log_rows] AS r\n\
             CROSS APPLY OPENJSON(N'[' + COALESCE(r.[after], r.[before]) + N']') WITH (",
        )
        .push_list(self.key(), ", ", |sql, (number, _, place)| {
            sql.push_syntax("k")
                .push_number(number)
                .push_syntax(" nvarchar(max) '$[")
                .push_number(place)
                .push_syntax("]'");
        })
        .push_syntax(") AS p\nOUTER APPLY OPENJSON(N'[' + r.[before] + N']') WITH (")
        .push_list(
            self.step.columns.iter().enumerate(),
            ", ",
            |sql, (place, index)| {
                sql.push_syntax("c")
                    .push_number(index.position())
                    .push_syntax(" nvarchar(max) '$[")
                    .push_number(place)
                    .push_syntax("]'");
            },
        )
        .push_syntax(") AS j\nWHERE r.[log_id] = @undone AND r.[step] = @undone_step;\n");
    }

    /// A value out of the text that was kept of it.
    fn push_value(&self, sql: &mut Sql, index: ColumnIndex, push: impl FnOnce(&mut Sql)) {
        match &self.table.column(index).ty {
            ty if ty.is_text() => self.escapes.push(sql, push),
            ty if ty.is_binary() => {
                push(sql.push_syntax("CONVERT(varbinary(max), "));
                sql.push_syntax(", 1)");
            }
            ty => {
                push(sql.push_syntax("CAST("));
                sql.push_syntax(" AS ");
                push_reported(sql, ty);
                sql.push_syntax(")");
            }
        }
    }

    fn push_waves(&self, sql: &mut Sql) {
        sql.push_syntax(
            "DECLARE @wave bigint = 1, @waves bigint, @written bigint = 0;\n\
             DECLARE @changed TABLE (number bigint);\n\
             SELECT @waves = MAX(u.wave) FROM #upsertd_undo AS u;\nWHILE @wave <= @waves\nBEGIN\n",
        );
        self.push_look(sql);
        self.push_delete(sql);
        self.push_update(sql);
        self.push_insert(sql);
        self.push_keep(sql);
        sql.push_syntax(
            "SET @wave = @wave + 1;\nEND;\n\
             IF NOT EXISTS (SELECT 1 AS x FROM @changed) AND @written <> (SELECT COUNT(*) FROM #upsertd_undo)\n\
             BEGIN\nTHROW 50000, N'The database passed over a row.', 1;\nEND;\n",
        );
    }

    /// Looks whether every row is as it is expected to be; a row that was deleted is not there.
    fn push_look(&self, sql: &mut Sql) {
        sql.push_syntax(
            "INSERT INTO @changed (number)\nSELECT u.number FROM #upsertd_undo AS u LEFT JOIN ",
        );
        self.kept.push_table_as_t(sql);
        sql.push_syntax(LOCKS).push_syntax(" ON ");
        self.push_found(sql);
        sql.push_syntax(OF_WAVE).push_syntax(" AND COALESCE(");
        self.kept.push_image(sql);
        sql.push_syntax(
            ", N'') COLLATE Latin1_General_BIN2 <> COALESCE(u.expected, N'') COLLATE Latin1_General_BIN2;\n\
             IF EXISTS (SELECT 1 AS x FROM @changed)\nBEGIN\nBREAK;\nEND;\n",
        );
    }

    /// That a row of the table has the key that one of these had afterwards.
    fn push_found(&self, sql: &mut Sql) {
        self.kept.push_same_key(sql, |sql, number| {
            sql.push_syntax("u.k").push_number(number);
        });
    }

    /// ` FROM …`: the rows to which something was done, joined with what they are now.
    fn push_joined(&self, sql: &mut Sql, did: &'static str) {
        sql.push_syntax(" FROM #upsertd_undo AS u JOIN ");
        push_target(sql, &self.step.note.entity);
        sql.push_syntax(" AS t ON ");
        self.push_found(sql);
        sql.push_syntax(OF_WAVE)
            .push_syntax(" AND u.did = ")
            .push_syntax(did)
            .push_syntax(";\nSET @written = @written + @@ROWCOUNT;\n");
    }

    fn push_delete(&self, sql: &mut Sql) {
        sql.push_syntax("DELETE t");
        self.push_joined(sql, MADE);
    }

    fn push_update(&self, sql: &mut Sql) {
        // A number that the database counts does not change.
        let set = self.step.columns.iter();
        let set = set.filter(|index| self.table.column(**index).default != Default::Identity);
        let set: Vec<_> = set.collect();
        if set.is_empty() {
            return;
        }
        sql.push_syntax("UPDATE t SET ")
            .push_list(set, ", ", |sql, index| {
                sql.push_name(&self.table.column(*index).name)
                    .push_syntax(" = u.c")
                    .push_number(index.position());
            });
        self.push_joined(sql, CHANGED);
    }

    fn push_insert(&self, sql: &mut Sql) {
        let counted = |index: &ColumnIndex| self.table.column(*index).default == Default::Identity;
        let counted = self.step.columns.iter().any(counted);
        sql.push_syntax("IF EXISTS (SELECT 1 AS x FROM #upsertd_undo AS u")
            .push_syntax(OF_WAVE)
            .push_syntax(" AND u.did = ")
            .push_syntax(DELETED)
            .push_syntax(")\nBEGIN\n");
        // Only where it comes to one: it takes more rights than the insert.
        if counted {
            self.push_identity_insert(sql, "ON");
        }
        sql.push_syntax("INSERT INTO ");
        push_target(sql, &self.step.note.entity);
        sql.push_syntax(" (")
            .push_list(&self.step.columns, ", ", |sql, index| {
                sql.push_name(&self.table.column(*index).name);
            })
            .push_syntax(")\nSELECT ")
            .push_list(&self.step.columns, ", ", |sql, index| {
                sql.push_syntax("u.c").push_number(index.position());
            })
            .push_syntax(" FROM #upsertd_undo AS u")
            .push_syntax(OF_WAVE)
            .push_syntax(" AND u.did = ")
            .push_syntax(DELETED)
            .push_syntax(";\nSET @written = @written + @@ROWCOUNT;\n");
        if counted {
            self.push_identity_insert(sql, "OFF");
        }
        sql.push_syntax("END;\n");
    }

    fn push_identity_insert(&self, sql: &mut Sql, on: &'static str) {
        sql.push_syntax("SET IDENTITY_INSERT ");
        push_table(sql, self.table);
        sql.push_syntax(" ").push_syntax(on).push_syntax(";\n");
    }

    /// Keeps the rows of a wave as the undoing has made them.
    fn push_keep(&self, sql: &mut Sql) {
        if !self.journal.as_ref().is_some_and(Journal::keeps_rows) {
            return;
        }
        sql.push_syntax(LOG_ROWS)
            .push_syntax("u.number, u.expected, ");
        self.kept.push_image(sql);
        sql.push_syntax(" FROM #upsertd_undo AS u LEFT JOIN ");
        self.kept.push_table_as_t(sql);
        sql.push_syntax(" ON u.did <> ")
            .push_syntax(MADE)
            .push_syntax(" AND ");
        let key = self.kept.key();
        self.kept.push_same_key(sql, |sql, number| {
            sql.push_syntax("u.c").push_number(key[number].position());
        });
        sql.push_syntax(OF_WAVE).push_syntax(";\n");
    }

    fn push_log_row(&self, sql: &mut Sql) {
        if self.journal.is_none() {
            return;
        }
        sql.push_syntax(
            "IF @written > 0 AND NOT EXISTS (SELECT 1 AS x FROM @changed)\nBEGIN\n\
             DECLARE @log_created int, @log_updated int, @log_deleted int;\nSELECT ",
        )
        .push_list(
            [
                ("@log_created", DELETED),
                ("@log_updated", CHANGED),
                ("@log_deleted", MADE),
            ],
            ", ",
            |sql, (name, did)| {
                sql.push_syntax(name)
                    .push_syntax(" = COUNT(CASE WHEN u.did = ")
                    .push_syntax(did)
                    .push_syntax(" THEN 1 END)");
            },
        )
        .push_syntax(" FROM #upsertd_undo AS u;\n");
        Journal::push_log_row(sql, |sql| {
            sql.push_syntax("@log_created, @log_updated, @log_deleted");
        });
        sql.push_syntax(
            "UPDATE [dbo].[upsertd_log] SET [undoes] = @undone WHERE [log_id] = @log_id AND [step] = @log_step;\nEND;\n",
        );
    }
}
