//! What of a table's rows the journal keeps, and how it is written by the script that changes them: into
//! `upsertd_log` and `upsertd_log_rows`, in the same transaction. `at_once` is that of a write with a condition, the rows
//! of batches are in `rows`.

mod at_once;
pub(super) mod image;

pub(super) use at_once::AtOnce;

use self::image::{travels, without_order};
use super::{
    Mssql, Sql, push_table,
    variables::{self, Variable},
};
use crate::{
    domain::{
        ChangeEntry, ColumnIndex, Deed, Default, Keeping, Length, Note, SqlType, Table, Value,
        entity::Guard,
    },
    render::Param,
};

/// What is kept of a write.
pub(super) struct Journal<'n> {
    dialect: Mssql,
    note: &'n Note,
    table: &'n Table,
    /// The columns of which values are kept; empty where the rows are only counted.
    columns: Vec<ColumnIndex>,
    /// Columns by which a row is found again; empty where there is no key whose values may be kept.
    key: Vec<ColumnIndex>,
}

/// The values that a log row is made of, as variables of the script: each with its declared type.
const VARIABLES: [Variable; 9] = [
    ("@log_id", "uniqueidentifier"),
    ("@log_step", "int"),
    ("@log_client", "nvarchar(256)"),
    ("@log_api", "nvarchar(20)"),
    ("@log_entity", "nvarchar(128)"),
    ("@log_table", "nvarchar(257)"),
    ("@log_operation", "nvarchar(100)"),
    ("@log_clause", "nvarchar(max)"),
    ("@log_columns", "nvarchar(max)"),
];

/// `INSERT INTO` a log row, up to its counts.
const LOG_ROW: &str = "INSERT INTO [dbo].[upsertd_log] ([log_id], [step], [at], [client], [api], [entity], [table_name], \
     [operation], [clause], [columns], [created], [updated], [deleted])\nVALUES (@log_id, @log_step, SYSUTCDATETIME(), \
     @log_client, @log_api, @log_entity, @log_table, @log_operation, @log_clause, @log_columns, ";

/// What every row of the rows' table begins with.
pub(super) const LOG_ROWS: &str = "INSERT INTO [dbo].[upsertd_log_rows] ([log_id], [step], [number], [before], [after])\nSELECT @log_id, @log_step, ";

/// Whether a variable can hold values of a type.
pub(super) fn holds(ty: &SqlType) -> bool {
    !matches!(ty, SqlType::RowVersion | SqlType::Other(_))
}

/// The values of [`VARIABLES`], in their order; the last ones are those of the clause and of the columns.
fn values(
    deed: &Deed,
    step: u32,
    (entity, table): (&str, &str),
    [clause, columns]: [Option<String>; 2],
) -> Vec<Param> {
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    let values = [
        Some(Value::Guid(deed.log_id)),
        Some(Value::Int(step.into())),
        text(&deed.client),
        text(deed.api.word()),
        text(entity),
        text(table),
        text(deed.operation),
        clause.map(Value::Text),
        columns.map(Value::Text),
    ];
    let param = |value| {
        let ty = match &value {
            Some(Value::Guid(_)) => SqlType::UniqueIdentifier,
            Some(Value::Int(_)) => SqlType::Int,
            _ => SqlType::NVarChar(Length::Max),
        };
        Param { value, ty }
    };
    values.map(param).into()
}

/// Declares the variables for a change of tables.
pub(super) fn push_bound_to_change(sql: &mut Sql, deed: &Deed, entry: &ChangeEntry) {
    let names = (entry.entity.as_str(), entry.table.as_str());
    let values = values(deed, entry.step, names, [None, None]);
    variables::push_bound(sql, &VARIABLES, values);
}

impl<'n> Journal<'n> {
    /// What is kept of a write with this note; `None` where that is nothing.
    pub(super) fn of(dialect: Mssql, note: Option<&'n Note>) -> Option<Self> {
        let note = note?;
        let table = note.entity.table();
        let mut this = Self {
            dialect,
            note,
            table,
            columns: Vec::new(),
            key: Vec::new(),
        };
        match note.keeping() {
            Keeping::Off => return None,
            Keeping::Counts => return Some(this),
            Keeping::Full => {}
        }
        this.columns = table.indices().filter(|i| this.keeps(*i)).collect();
        let key = table.row_key();
        if key.iter().any(|index| !holds(&table.column(*index).ty)) {
            // Nothing could find a row again.
            this.columns.clear();
            return Some(this);
        }
        let secret = |index: &ColumnIndex| note.entity.nature(*index) == Some(Guard::Password);
        if !key.iter().any(secret) {
            this.key = key.to_vec();
        }
        if this.key.is_empty() {
            // Their values before and after are told by the write itself, which does not tell these.
            this.columns
                .retain(|index| !without_order(&table.column(*index).ty));
        }
        Some(this)
    }

    /// The same, whose rows are found by another key of the table; where nothing can be found by that, they are only
    /// counted.
    pub(super) fn found_by(mut self, key: &[ColumnIndex]) -> Self {
        if self.finds_by(key) {
            self.key = key.to_vec();
        } else {
            self.columns.clear();
        }
        self
    }

    fn finds_by(&self, key: &[ColumnIndex]) -> bool {
        key.iter().all(|index| holds(&self.table.column(*index).ty))
    }

    /// The same of these columns, if it keeps any.
    pub(super) fn with(mut self, columns: &[ColumnIndex]) -> Self {
        if self.keeps_rows() {
            self.columns = columns.to_vec();
        }
        self
    }

    /// Rows as a write has kept them that is to be undone, of these columns.
    pub(super) fn of_undoing(dialect: Mssql, note: &'n Note, columns: &[ColumnIndex]) -> Self {
        let table = note.entity.table();
        Self {
            dialect,
            note,
            table,
            columns: columns.to_vec(),
            key: table.row_key().to_vec(),
        }
    }

    fn keeps(&self, index: ColumnIndex) -> bool {
        let column = self.table.column(index);
        self.note.entity.nature(index) != Some(Guard::Password)
            && column.default != Default::Computed
            && travels(self.dialect, &column.ty)
    }

    /// Whether rows are kept, and not their number alone.
    pub(super) fn keeps_rows(&self) -> bool {
        !self.columns.is_empty()
    }

    /// The columns by which a row is found again.
    pub(super) fn key(&self) -> &[ColumnIndex] {
        &self.key
    }

    /// The columns of which values are kept.
    pub(super) fn columns(&self) -> &[ColumnIndex] {
        &self.columns
    }

    /// The values that its variables are declared with, in their order.
    fn values(&self) -> Vec<Param> {
        let Note {
            deed, step, entity, ..
        } = self.note;
        let (entity, table) = (entity.name().as_str(), self.table.full_name());
        values(
            deed,
            *step,
            (entity, &table),
            [self.note.clause.clone(), self.names()],
        )
    }

    /// Those of them that there are, as parameters.
    pub(super) fn given(&self) -> Vec<Param> {
        let values = self.values().into_iter();
        values.filter(|param| param.value.is_some()).collect()
    }

    /// The names of the columns as a JSON array.
    fn names(&self) -> Option<String> {
        let name =
            |index: &ColumnIndex| serde_json::Value::from(self.table.column(*index).name.as_str());
        let names: serde_json::Value = self.columns.iter().map(name).collect();
        self.keeps_rows().then(|| names.to_string())
    }

    /// Declares the variables with parameters of the statement's own.
    pub(super) fn push_bound(&self, sql: &mut Sql) {
        variables::push_bound(sql, &VARIABLES, self.values());
    }

    /// Declares the variables with the parameters from a position on (from 0); there is one for each that has a value.
    pub(super) fn push_placed(&self, sql: &mut Sql, position: usize) {
        variables::push_placed(sql, &VARIABLES, self.values(), position);
    }

    /// Adds the log row; `counts` adds how many rows were created, updated and deleted.
    pub(super) fn push_log_row(sql: &mut Sql, counts: impl FnOnce(&mut Sql)) {
        counts(sql.push_syntax(LOG_ROW));
        sql.push_syntax(");\n");
    }

    /// Adds a row of the table, `t`, as it is kept. NULL where there is no such row, if it has a column that is never
    /// NULL, as those of a key are.
    pub(super) fn push_image(&self, sql: &mut Sql) {
        let table = self.table;
        self.push_image_of(sql, |sql, index| {
            sql.push_syntax("t.").push_name(&table.column(index).name);
        });
    }

    /// Adds a row as it is kept; `push` adds the value of a column.
    pub(super) fn push_image_of(&self, sql: &mut Sql, push: impl Fn(&mut Sql, ColumnIndex)) {
        sql.push_syntax("CAST(N'[' AS nvarchar(max)) + ").push_list(
            &self.columns,
            " + N',' + ",
            |sql, index| {
                let column = self.table.column(*index);
                image::push_value(sql, self.dialect, column, |sql| push(sql, *index));
            },
        );
        sql.push_syntax(" + N']'");
    }

    /// That a row of the table, `t`, has the key that another holds; `push` adds the place of a column of the key there.
    pub(super) fn push_same_key(&self, sql: &mut Sql, push: impl Fn(&mut Sql, usize)) {
        sql.push_list(
            self.key.iter().enumerate(),
            " AND ",
            |sql, (place, index)| {
                sql.push_syntax("t.")
                    .push_name(&self.table.column(*index).name)
                    .push_syntax(" = ");
                push(sql, place);
            },
        );
    }

    /// Adds the table under the name `t`.
    pub(super) fn push_table_as_t(&self, sql: &mut Sql) {
        push_table(sql, self.table);
        sql.push_syntax(" AS t");
    }

    /// Keeps every row of the table, before all of them are deleted.
    pub(super) fn push_before_clear(&self, sql: &mut Sql) {
        self.push_bound(sql);
        if self.keeps_rows() {
            // What is written after it is numbered from 0.
            sql.push_syntax(LOG_ROWS)
                .push_syntax("-ROW_NUMBER() OVER (ORDER BY (SELECT NULL)), ");
            self.push_image(sql);
            sql.push_syntax(", NULL FROM ");
            self.push_table_as_t(sql);
            sql.push_syntax(super::script::LOCKS).push_syntax(";\n");
        }
    }

    /// Counts what was deleted, right after it was.
    pub(super) fn push_after_clear(sql: &mut Sql) {
        sql.push_syntax(";\nDECLARE @log_deleted int = @@ROWCOUNT;\nIF @log_deleted > 0\nBEGIN\n");
        Self::push_log_row(sql, |sql| {
            sql.push_syntax("0, 0, @log_deleted");
        });
        sql.push_syntax("END;\n");
    }
}
