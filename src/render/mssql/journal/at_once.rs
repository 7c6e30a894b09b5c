//! The journal of a write with a condition. Rows that have a key are kept as they are before the write, and read again by
//! their key after it, when triggers have done what they do. Of rows without one the write tells both itself.

use std::ops::Range;

use super::{
    super::{
        Mssql, Sql,
        declared::{push_compared_type, push_reported},
        judged::{self, push_held},
        script::{LOCKS, OUTSIDE},
    },
    Journal, LOG_ROWS,
};
use crate::{
    domain::{ColumnIndex, Entity, Note, SqlType},
    render::predicate::push_predicate,
};

/// The journal of one script.
pub(in super::super) struct AtOnce<'n> {
    journal: Journal<'n>,
    /// A key that the database makes, which is reported from here.
    made: Option<ColumnIndex>,
    /// Whether the rows are told to whoever judges them, and kept from there.
    judged: bool,
}

impl<'n> AtOnce<'n> {
    /// What is kept of a write with this note; `None` where that is nothing.
    pub(in super::super) fn of(dialect: Mssql, note: Option<&'n Note>) -> Option<Self> {
        let journal = Journal::of(dialect, note)?;
        Some(Self {
            journal,
            made: None,
            judged: false,
        })
    }

    /// The columns of rows that nothing finds again, of which somebody else is told from now on; `None` where a key finds
    /// them.
    pub(in super::super) fn leave_telling(&mut self) -> Option<&[ColumnIndex]> {
        let keyed = self.keyed();
        self.judged = self.keeps_rows() && !keyed;
        (!keyed).then(|| self.journal.columns())
    }

    /// Whether rows are kept, and not their number alone.
    pub(in super::super) fn keeps_rows(&self) -> bool {
        self.journal.keeps_rows()
    }

    fn keyed(&self) -> bool {
        !self.journal.key().is_empty()
    }

    /// Where the rows wait. Text that rows are found by is of the column's own collation, which only the column itself
    /// can give it.
    fn place(&self) -> &'static str {
        if self.judged {
            return judged::TABLE;
        }
        let table = self.journal.table;
        let key = self.journal.key().iter();
        let mut texts = key.filter(|index| table.column(**index).ty.is_text());
        if texts.next().is_some() {
            "#upsertd_log"
        } else {
            "@log"
        }
    }

    /// Declares what the journal needs; `made` is a key that the database makes and that is to be reported.
    pub(in super::super) fn declare(&mut self, sql: &mut Sql, made: Option<ColumnIndex>) {
        self.made = made;
        self.journal.push_bound(sql);
        if !self.keeps_rows() || self.judged {
            return;
        }
        if self.place() == "@log" {
            sql.push_syntax("DECLARE @log TABLE (");
            self.push_columns(sql);
            sql.push_syntax(");\n");
        } else {
            self.push_made_table(sql);
        }
    }

    /// The columns of a variable, with their types.
    fn push_columns(&self, sql: &mut Sql) {
        let table = self.journal.table;
        let typed = |sql: &mut Sql, name: &'static str, number: usize, ty: &SqlType| {
            sql.push_syntax(name).push_number(number).push_syntax(" ");
            push_held(sql, ty);
        };
        if self.keyed() {
            for (place, index) in self.journal.key().iter().enumerate() {
                typed(sql, "k", place, &table.column(*index).ty);
                sql.push_syntax(", ");
            }
            sql.push_syntax("[before] nvarchar(max)");
        } else {
            let all = ["b", "a"].iter().flat_map(|name| {
                let columns = self.journal.columns().iter();
                columns.map(|index| (*name, *index))
            });
            sql.push_list(all, ", ", |sql, (name, index)| {
                typed(sql, name, index.position(), &table.column(index).ty);
            });
        }
        if let Some(made) = self.made {
            sql.push_syntax(", id ");
            push_reported(sql, &table.column(made).ty);
        }
    }

    fn push_made_table(&self, sql: &mut Sql) {
        let table = self.journal.table;
        // Babelfish does not forget the table that a request has made.
        sql.push_syntax(
            "IF OBJECT_ID('tempdb..#upsertd_log') IS NOT NULL DROP TABLE #upsertd_log;\nSELECT TOP (0) ",
        );
        for (place, index) in self.journal.key().iter().enumerate() {
            let column = table.column(*index);
            sql.push_syntax("CAST(t.")
                .push_name(&column.name)
                .push_syntax(" AS ");
            if column.ty.is_text() {
                push_compared_type(sql, &column.ty);
            } else {
                push_reported(sql, &column.ty);
            }
            sql.push_syntax(") AS k")
                .push_number(place)
                .push_syntax(", ");
        }
        sql.push_syntax("CAST(NULL AS nvarchar(max)) AS [before]");
        if let Some(made) = self.made {
            sql.push_syntax(", CAST(NULL AS ");
            push_reported(sql, &table.column(made).ty);
            sql.push_syntax(") AS id");
        }
        sql.push_syntax(" INTO #upsertd_log FROM (SELECT 1 AS x) AS q LEFT JOIN ");
        self.journal.push_table_as_t(sql);
        sql.push_syntax(" ON 1 = 0;\n");
    }

    /// Keeps the rows as they are before an update. `push_set` adds the value that a column of the key is set to, if it is;
    /// `push_predicate` adds the condition. Gives where the condition stands in the text, if it does.
    pub(in super::super) fn push_before(
        &self,
        sql: &mut Sql,
        mut push_set: impl FnMut(&mut Sql, ColumnIndex) -> bool,
        push_predicate: impl FnOnce(&mut Sql),
    ) -> Option<Range<usize>> {
        if !self.keeps_rows() || !self.keyed() {
            return None;
        }
        let table = self.journal.table;
        sql.push_syntax("INSERT INTO ")
            .push_syntax(self.place())
            .push_syntax(" (");
        self.push_keys(sql, "k");
        sql.push_syntax(", [before])\nSELECT ");
        for index in self.journal.key() {
            // The key by which the row is found afterwards.
            if !push_set(sql, *index) {
                sql.push_syntax("t.").push_name(&table.column(*index).name);
            }
            sql.push_syntax(", ");
        }
        self.journal.push_image(sql);
        sql.push_syntax(" FROM ");
        self.journal.push_table_as_t(sql);
        sql.push_syntax(LOCKS).push_syntax(" WHERE ");
        let start = sql.mark();
        push_predicate(sql);
        let condition = start..sql.mark();
        sql.push_syntax(";\n");
        Some(condition)
    }

    fn push_keys(&self, sql: &mut Sql, name: &'static str) {
        sql.push_list(0..self.journal.key().len(), ", ", |sql, place| {
            sql.push_syntax(name).push_number(place);
        });
    }

    /// What an update tells of its rows, before its condition.
    pub(in super::super) fn push_output_of_update(&self, sql: &mut Sql) {
        if !self.keeps_rows() || self.keyed() {
            return;
        }
        sql.push_syntax(" OUTPUT ");
        self.push_told(sql, "deleted.");
        self.push_told(sql.push_syntax(", "), "inserted.");
        sql.push_syntax(" INTO @log (");
        self.push_places(sql, "b");
        self.push_places(sql.push_syntax(", "), "a");
        sql.push_syntax(")");
    }

    /// What an insert tells of its row, before its values.
    pub(in super::super) fn push_output_of_insert(&self, sql: &mut Sql) {
        if !self.keeps_rows() {
            return;
        }
        let table = self.journal.table;
        sql.push_syntax(" OUTPUT ");
        if self.keyed() {
            sql.push_list(self.journal.key(), ", ", |sql, index| {
                sql.push_syntax("inserted.")
                    .push_name(&table.column(*index).name);
            });
        } else {
            self.push_told(sql, "inserted.");
        }
        if let Some(made) = self.made {
            sql.push_syntax(", inserted.")
                .push_name(&table.column(made).name);
        }
        sql.push_syntax(" INTO ")
            .push_syntax(self.place())
            .push_syntax(" (");
        if self.keyed() {
            self.push_keys(sql, "k");
        } else {
            self.push_places(sql, "a");
        }
        sql.push_syntax(if self.made.is_some() { ", id)" } else { ")" });
    }

    fn push_told(&self, sql: &mut Sql, of: &'static str) {
        let table = self.journal.table;
        sql.push_list(self.journal.columns(), ", ", |sql, index| {
            sql.push_syntax(of).push_name(&table.column(*index).name);
        });
    }

    fn push_places(&self, sql: &mut Sql, name: &'static str) {
        sql.push_list(self.journal.columns(), ", ", |sql, index| {
            sql.push_syntax(name).push_number(index.position());
        });
    }

    /// Ends the script with an error where one of the rows is none that its writer may have: by its key, as the table has it.
    pub(in super::super) fn push_verdict(&self, sql: &mut Sql, entity: &Entity) {
        let Some(rows) = entity.rows().filter(|_| self.keeps_rows()) else {
            return;
        };
        sql.push_syntax("IF EXISTS (SELECT 1 AS x FROM ")
            .push_syntax(self.place())
            .push_syntax(" AS l WHERE NOT EXISTS (SELECT 1 AS x FROM ");
        self.journal.push_table_as_t(sql);
        sql.push_syntax(" WHERE ");
        self.journal.push_same_key(sql, |sql, place| {
            sql.push_syntax("l.k").push_number(place);
        });
        sql.push_syntax(" AND (").aliased("t", |sql| {
            push_predicate(sql, entity.table(), rows);
        });
        sql.push_syntax("))) ").push_syntax(OUTSIDE);
    }

    /// The key that the database has made.
    pub(in super::super) fn push_made(&self, sql: &mut Sql) {
        sql.push_syntax("(SELECT id FROM ")
            .push_syntax(self.place())
            .push_syntax(")");
    }

    /// Writes the journal, once everything is written. `updates` and `inserts`: what the script may have done.
    pub(in super::super) fn push_end(&self, sql: &mut Sql, updates: bool, inserts: bool) {
        Journal::push_log_row(sql, |sql| {
            sql.push_syntax(
                "CASE @n WHEN 0 THEN @a ELSE 0 END, CASE @n WHEN 0 THEN 0 ELSE @a END, 0",
            );
        });
        if !self.keeps_rows() {
            return;
        }
        if self.keyed() {
            sql.push_syntax(LOG_ROWS)
                .push_syntax("ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) - 1, l.[before], ");
            self.journal.push_image(sql);
            sql.push_syntax(" FROM ")
                .push_syntax(self.place())
                .push_syntax(" AS l LEFT JOIN ");
            self.journal.push_table_as_t(sql);
            sql.push_syntax(" ON ");
            self.journal.push_same_key(sql, |sql, place| {
                sql.push_syntax("l.k").push_number(place);
            });
            sql.push_syntax(";\n");
            return;
        }
        match (updates, inserts) {
            (true, true) => {
                sql.push_syntax("IF @n = 0\nBEGIN\n");
                self.push_told_rows(sql, false);
                sql.push_syntax("END\nELSE\nBEGIN\n");
                self.push_told_rows(sql, true);
                sql.push_syntax("END;\n");
            }
            (updates, _) => self.push_told_rows(sql, updates),
        }
    }

    /// Rows as the write has told them.
    fn push_told_rows(&self, sql: &mut Sql, before: bool) {
        let image = |sql: &mut Sql, name: &'static str| {
            self.journal.push_image_of(sql, |sql, index| {
                sql.push_syntax("l.")
                    .push_syntax(name)
                    .push_number(index.position());
            });
        };
        let (was, is) = if self.judged {
            (judged::BEFORE, judged::AFTER)
        } else {
            ("b", "a")
        };
        sql.push_syntax(LOG_ROWS)
            .push_syntax("ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) - 1, ");
        if before {
            image(sql, was);
        } else {
            sql.push_syntax("NULL");
        }
        image(sql.push_syntax(", "), is);
        sql.push_syntax(" FROM ")
            .push_syntax(self.place())
            .push_syntax(" AS l;\n");
    }
}
