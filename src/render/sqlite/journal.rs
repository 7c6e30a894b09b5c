//! What the embedded engine needs for the journal: the triggers by which its own connection watches a table, and the
//! statements that put rows back.

use super::{Sql, Sqlite};
use crate::{
    domain::{ColumnIndex, Name, SqlType, Table},
    render::Statement,
};

/// `what, whose, value, …`: tells the journal of a row. The engine defines it; only its own triggers call it.
pub const NOTE_FUNCTION: &str = "upsertd_note";

/// The most values that are told at once: SQLite bounds the arguments of a function.
const AT_ONCE: usize = 100;

/// What a call of [`NOTE_FUNCTION`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Values of the row as it has become, not as it was.
    pub after: bool,
    /// Whether the change has been told with this.
    pub last: bool,
}

impl Told {
    /// As the number that stands in the trigger.
    fn number(self) -> usize {
        usize::from(self.after) + 2 * usize::from(self.last)
    }

    /// What a number means.
    #[must_use]
    pub fn of(number: i64) -> Option<Self> {
        (0..4).contains(&number).then_some(Self {
            after: number & 1 != 0,
            last: number & 2 != 0,
        })
    }
}

/// What a trigger waits for.
const EVENTS: [(&str, bool, bool); 3] = [
    (" AFTER INSERT ON main.", false, true),
    (" AFTER UPDATE ON main.", true, true),
    (" AFTER DELETE ON main.", true, false),
];

impl Sqlite {
    /// The triggers that tell of changes of a table's rows, named alike but for a letter; at least one column is told. By
    /// `tag` they say which triggers they are: those of other columns of the table may be there as well. They are the
    /// connection's own, and run before those of the file.
    #[must_use]
    pub fn render_watch(
        self,
        table: &Table,
        columns: &[ColumnIndex],
        names: &[Name; 3],
        tag: u32,
    ) -> [Statement; 3] {
        std::array::from_fn(|i| {
            let (event, before, after) = EVENTS[i];
            let mut sql = Sql::new();
            sql.push_syntax("CREATE TEMP TRIGGER ")
                .push_name(&names[i])
                .push_syntax(event)
                .push_name(&table.name)
                .push_syntax(" BEGIN SELECT ");
            let images = [(false, "OLD.", before), (true, "NEW.", after)];
            let mut calls = Vec::new();
            for (after, prefix, _) in images.iter().filter(|(_, _, told)| *told) {
                calls.extend(columns.chunks(AT_ONCE).map(|part| (*after, *prefix, part)));
            }
            let count = calls.len();
            sql.push_list(calls.iter().enumerate(), ", ", |sql, (place, call)| {
                let (after, prefix, part) = call;
                let told = Told {
                    after: *after,
                    last: place + 1 == count,
                };
                sql.push_syntax(NOTE_FUNCTION)
                    .push_syntax("(")
                    .push_number(told.number())
                    .push_syntax(", ")
                    .push_number(tag as usize);
                for column in *part {
                    sql.push_syntax(", ")
                        .push_syntax(prefix)
                        .push_name(&table.column(*column).name);
                }
                sql.push_syntax(")");
            });
            sql.push_syntax("; END");
            sql.finish(Vec::new())
        })
    }

    /// Drops one of them.
    #[must_use]
    pub fn render_unwatch(self, name: &Name) -> Statement {
        let mut sql = Sql::new();
        sql.push_syntax("DROP TRIGGER IF EXISTS temp.")
            .push_name(name);
        sql.finish(Vec::new())
    }

    /// Reads these columns of the rows that have a key, two at most. Its parameters are the key's values.
    #[must_use]
    pub fn render_kept(
        self,
        table: &Table,
        columns: &[ColumnIndex],
        key: &[ColumnIndex],
    ) -> Statement {
        let mut sql = Sql::new();
        sql.push_syntax("SELECT ")
            .push_list(columns, ", ", |sql, column| {
                sql.push_name(&table.column(*column).name);
            })
            .push_syntax(" FROM main.")
            .push_name(&table.name);
        push_key(&mut sql, table, key, 0);
        sql.push_syntax(" LIMIT 2");
        // They are read as they are stored.
        sql.finish(vec![SqlType::Other(String::new()); columns.len()])
    }

    /// Sets these columns of the row that has a key. Its parameters are their values, then the key's.
    #[must_use]
    pub fn render_put_back(
        self,
        table: &Table,
        columns: &[ColumnIndex],
        key: &[ColumnIndex],
    ) -> Statement {
        let mut sql = Sql::new();
        sql.push_syntax("UPDATE main.")
            .push_target(&table.name)
            .push_syntax(" SET ")
            .push_list(columns.iter().enumerate(), ", ", |sql, (place, column)| {
                sql.push_name(&table.column(*column).name)
                    .push_syntax(" = ")
                    .push_row_value(place);
            });
        push_key(&mut sql, table, key, columns.len());
        sql.finish(Vec::new())
    }

    /// Inserts a row with these columns. Its parameters are their values.
    #[must_use]
    pub fn render_bring_back(self, table: &Table, columns: &[ColumnIndex]) -> Statement {
        let mut sql = Sql::new();
        sql.push_syntax("INSERT INTO main.")
            .push_target(&table.name)
            .push_syntax(" (")
            .push_list(columns, ", ", |sql, column| {
                sql.push_name(&table.column(*column).name);
            })
            .push_syntax(") VALUES (")
            .push_list(0..columns.len(), ", ", |sql, place| {
                sql.push_row_value(place);
            })
            .push_syntax(")");
        sql.finish(Vec::new())
    }

    /// Looks for a row of `child` that refers to the row that has a key; what refers to itself does not count. `pairs`: the
    /// columns that refer, each with the one that it refers to. Its parameters are the key's values.
    #[must_use]
    pub fn render_dependents(
        self,
        table: &Table,
        key: &[ColumnIndex],
        child: &Name,
        pairs: &[(Name, Name)],
    ) -> Statement {
        let mut sql = Sql::new();
        sql.push_syntax("SELECT 1 FROM main.")
            .push_name(&table.name)
            .push_syntax(" AS p JOIN main.")
            .push_name(child)
            .push_syntax(" AS c ON ");
        // In this order: it compares as the column compares that is referred to.
        sql.push_list(pairs, " AND ", |sql, (from, to)| {
            sql.push_syntax("p.")
                .push_name(to)
                .push_syntax(" = c.")
                .push_name(from);
        });
        sql.push_syntax(" WHERE ").push_list(
            key.iter().enumerate(),
            " AND ",
            |sql, (place, column)| {
                sql.push_syntax("p.")
                    .push_name(&table.column(*column).name)
                    .push_syntax(" IS ")
                    .push_row_value(place);
            },
        );
        if table.name.matches(child.as_str()) {
            sql.push_syntax(" AND NOT (")
                .push_list(key, " AND ", |sql, column| {
                    let name = &table.column(*column).name;
                    sql.push_syntax("c.").push_name(name);
                    sql.push_syntax(" IS p.").push_name(name);
                })
                .push_syntax(")");
        }
        sql.push_syntax(" LIMIT 1");
        sql.finish(vec![SqlType::Int])
    }

    /// Deletes the row that has a key. Its parameters are the key's values.
    #[must_use]
    pub fn render_take_away(self, table: &Table, key: &[ColumnIndex]) -> Statement {
        let mut sql = Sql::new();
        sql.push_syntax("DELETE FROM main.")
            .push_target(&table.name);
        push_key(&mut sql, table, key, 0);
        sql.finish(Vec::new())
    }
}

fn push_key(sql: &mut Sql, table: &Table, key: &[ColumnIndex], first: usize) {
    sql.push_syntax(" WHERE ").push_list(
        key.iter().enumerate(),
        " AND ",
        |sql, (place, column)| {
            sql.push_name(&table.column(*column).name)
                .push_syntax(" IS ")
                .push_row_value(first + place);
        },
    );
}
