//! How a script finds out whether the rows that it wrote are ones that their writer may have: what they came to is put into
//! a table of the session's own, and the condition is asked of that. Only the condition's columns are.

use super::{Sql, declared::push_reported, push_table, script::OUTSIDE};
use crate::{
    domain::{Column, ColumnIndex, Entity, Predicate, SqlType, Table},
    render::predicate::push_predicate,
};

/// The rows there are for a script's writer.
pub(super) struct Judged<'e> {
    table: &'e Table,
    rows: &'e Predicate,
    columns: Vec<ColumnIndex>,
    /// A key that the database makes, which is to be known as well.
    made: Option<ColumnIndex>,
}

impl<'e> Judged<'e> {
    /// `None` where the writer may have every row.
    pub(super) fn new(entity: &'e Entity) -> Option<Self> {
        let rows = entity.rows()?;
        let mut columns: Vec<_> = rows.leaves().iter().map(|leaf| leaf.column).collect();
        columns.sort_unstable();
        columns.dedup();
        Some(Self {
            table: entity.table(),
            rows,
            columns,
            made: None,
        })
    }

    /// Makes the table. A key that the database makes is kept in it too: an insert has room for one such table.
    pub(super) fn make(&mut self, sql: &mut Sql, made: Option<ColumnIndex>) {
        self.made = made;
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
        if let Some(made) = self.made {
            sql.push_syntax(", CAST(NULL AS ");
            push_reported(sql, &self.table.column(made).ty);
            sql.push_syntax(") AS upsertd_made");
        }
    }

    /// ` OUTPUT … INTO #upsertd_w (…)` of an update or an insert.
    pub(super) fn push_output(&self, sql: &mut Sql) {
        let name = |index: &ColumnIndex| &self.table.column(*index).name;
        sql.push_syntax(" OUTPUT ");
        let columns = self.columns.iter().chain(&self.made);
        sql.push_list(columns, ", ", |sql, index| {
            sql.push_syntax("inserted.").push_name(name(index));
        });
        sql.push_syntax(" INTO #upsertd_w (");
        sql.push_list(&self.columns, ", ", |sql, index| {
            sql.push_name(name(index));
        });
        if self.made.is_some() {
            sql.push_syntax(", upsertd_made");
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
