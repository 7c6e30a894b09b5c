//! What the statements of a script tell of the rows that they write, in a table of the session's own: the columns that
//! say whether their writer may have them, of which the script's end asks, and those that the journal keeps where nothing
//! else finds the rows again. A statement has room for one such table.

use super::{Sql, declared::push_reported, push_table, script::OUTSIDE};
use crate::{
    domain::{Column, ColumnIndex, Entity, Predicate, SqlType, Table},
    render::predicate::{endangered, push_predicate},
};

/// The table.
pub(super) const TABLE: &str = "#upsertd_w";

/// The names of kept columns in it begin so; their positions follow. As the rows were before, and as they are after.
pub(super) const BEFORE: &str = "upsertd_b";
pub(super) const AFTER: &str = "upsertd_a";

/// The rows there are for a script's writer.
pub(super) struct Judged<'e> {
    entity: &'e Entity,
    table: &'e Table,
    rows: &'e Predicate,
    columns: Vec<ColumnIndex>,
    /// A key that the database makes, which is to be known as well.
    made: Option<ColumnIndex>,
    /// The columns that the journal keeps, and whether it keeps them also as they were before.
    kept: Vec<ColumnIndex>,
    before: bool,
}

impl<'e> Judged<'e> {
    /// `None` where the writer may have every row.
    pub(super) fn new(entity: &'e Entity) -> Option<Self> {
        let rows = entity.rows()?;
        let mut columns: Vec<_> = rows.leaves().iter().map(|leaf| leaf.column).collect();
        columns.sort_unstable();
        columns.dedup();
        Some(Self {
            entity,
            table: entity.table(),
            rows,
            columns,
            made: None,
            kept: Vec::new(),
            before: false,
        })
    }

    /// The same, which tells the journal of these columns too: of what updates change as well where `before`.
    pub(super) fn keeping(self, kept: &[ColumnIndex], before: bool) -> Self {
        let kept = kept.to_vec();
        Self {
            kept,
            before,
            ..self
        }
    }

    /// Tells of a key that the database makes as well.
    pub(super) fn tell_made(&mut self, made: Option<ColumnIndex>) {
        self.made = made;
    }

    /// Makes the table.
    pub(super) fn make(&self, sql: &mut Sql) {
        // Babelfish does not forget the table that a request has made. Two parts: of one alone, an identity column
        // would count in the copy as well.
        sql.push_syntax(
            "IF OBJECT_ID('tempdb..#upsertd_w') IS NOT NULL DROP TABLE #upsertd_w;\nSELECT ",
        );
        self.push_types(sql);
        sql.push_syntax(" INTO #upsertd_w FROM ");
        push_table(sql, self.table);
        sql.push_syntax(" WHERE 1 = 0 UNION ALL SELECT ");
        self.push_types(sql);
        sql.push_syntax(" FROM ");
        push_table(sql, self.table);
        sql.push_syntax(" WHERE 1 = 0;\n");
    }

    fn push_types(&self, sql: &mut Sql) {
        sql.push_list(&self.columns, ", ", |sql, index| {
            let Column { name, ty, .. } = self.table.column(*index);
            // A row version is stamped by the database alone.
            if *ty == SqlType::RowVersion {
                sql.push_syntax("CAST(")
                    .push_name(name)
                    .push_syntax(" AS varbinary(8)) AS ");
            }
            sql.push_name(name);
        });
        for name in &[BEFORE, AFTER][usize::from(!self.before)..] {
            for index in &self.kept {
                push_held(
                    sql.push_syntax(", CAST(NULL AS "),
                    &self.table.column(*index).ty,
                );
                sql.push_syntax(") AS ")
                    .push_syntax(name)
                    .push_number(index.position());
            }
        }
        if let Some(made) = self.made {
            sql.push_syntax(", CAST(NULL AS ");
            push_reported(sql, &self.table.column(made).ty);
            sql.push_syntax(") AS upsertd_made");
        }
    }

    /// What an insert tells of its rows, if anything is to be told.
    pub(super) fn push_output_of_insert(&self, sql: &mut Sql) {
        self.push_output(sql, false);
    }

    /// What an update of these columns tells of its rows, before its condition; whether it does.
    pub(super) fn push_output_of_update(
        &self,
        sql: &mut Sql,
        written: impl Iterator<Item = ColumnIndex>,
    ) -> bool {
        let told = !self.kept.is_empty() || endangered(self.entity, written).is_some();
        if told {
            self.push_output(sql, true);
        }
        told
    }

    /// ` OUTPUT … INTO #upsertd_w (…)`
    fn push_output(&self, sql: &mut Sql, before: bool) {
        let name = |index: &ColumnIndex| &self.table.column(*index).name;
        let images = [(BEFORE, "deleted."), (AFTER, "inserted.")];
        let images = &images[usize::from(!before)..];
        let images = || {
            images.iter().flat_map(|(place, of)| {
                let kept = self.kept.iter();
                kept.map(move |index| (*place, *of, index))
            })
        };
        sql.push_syntax(" OUTPUT ");
        let columns = self.columns.iter().chain(&self.made);
        sql.push_list(columns, ", ", |sql, index| {
            sql.push_syntax("inserted.").push_name(name(index));
        });
        for (_, of, index) in images() {
            sql.push_syntax(", ").push_syntax(of).push_name(name(index));
        }
        sql.push_syntax(" INTO #upsertd_w (");
        sql.push_list(&self.columns, ", ", |sql, index| {
            sql.push_name(name(index));
        });
        if self.made.is_some() {
            sql.push_syntax(", upsertd_made");
        }
        for (place, _, index) in images() {
            sql.push_syntax(", ")
                .push_syntax(place)
                .push_number(index.position());
        }
        sql.push_syntax(")");
    }

    /// Ends the script with an error where one of the rows is none that its writer may have.
    pub(super) fn push_verdict(&self, sql: &mut Sql) {
        sql.push_syntax(
            "IF (SELECT COUNT(*) FROM #upsertd_w) <> (SELECT COUNT(*) FROM #upsertd_w WHERE ",
        );
        push_predicate(sql, self.table, self.rows);
        sql.push_syntax(") ").push_syntax(OUTSIDE);
    }
}

/// Adds the type in which a told value waits for the journal.
pub(super) fn push_held(sql: &mut Sql, ty: &SqlType) {
    match ty {
        // It does not turn into text by itself.
        SqlType::Xml => {
            sql.push_syntax("xml");
        }
        ty => push_reported(sql, ty),
    }
}
