//! The scripts that write a batch's rows. They travel as one JSON text and wait in `#upsertd`, a table of the session's
//! own, so that each statement works on all rows of a shape at once. A row's `found` says how many rows have its key
//! (2: more than one; −1: another of the batch's rows has it as well). Rows with one key are written in rounds, each
//! after the one before it in the request.

mod escapes;
mod insert;
mod journal;
mod shapes;
mod write;

pub(super) use escapes::Escapes;
use shapes::{Shapes, changes, looks, sets_identity, unseen};

use super::{
    Mssql, Sql,
    declared::{push_compared_type, push_reported, push_type},
    journal::Journal,
    judged::Judged,
    once::Record,
    operand::{Cast, cast_of},
    push_table, push_target,
};
use crate::{
    domain::{
        Column, ColumnIndex, Default, Note, SqlType, Table,
        batch::{Repeated, RowAction},
        rows::{RowShape, RowsPlan},
    },
    render::{
        Param,
        rows::{RowStatement, RowsScript, Staged},
    },
};

/// What decimals and times travel as.
const TEXT_OF_NUMBER: &str = "nvarchar(50)";

/// What a `sql_variant` can be made of.
const TEXT_OF_VARIANT: &str = "nvarchar(4000)";

/// The parameters, by their positions.
const JSON: usize = 2;
const BYTES: usize = 3;

/// The rows meant, of those that are staged.
const MEANT: &str = "s.number BETWEEN @P1 AND @P2";

struct Renderer<'p> {
    plan: &'p RowsPlan,
    table: &'p Table,
    shapes: Shapes,
    /// What the rows hold, each column once.
    staged: Vec<ColumnIndex>,
    /// The columns of the row's own key, where it is reported or the journal finds rows by it.
    own: Vec<ColumnIndex>,
    /// Whether it is reported.
    reports_own: bool,
    journal: Option<Journal<'p>>,
    record: Option<Record<'p>>,
    /// What inserts tell of rows that nothing finds, where their writer may not have every row.
    judged: Option<Judged<'p>>,
    /// What the server leaves in texts of JSON.
    escapes: Escapes,
}

/// Renders a part of a batch; what is written is rolled back unless it is to be kept.
pub(super) fn script(
    dialect: Mssql,
    plan: &RowsPlan,
    keep: bool,
    note: Option<&Note>,
) -> RowsScript {
    // Of what is not kept there is nothing to be told.
    let renderer = Renderer::new(dialect, plan, note.filter(|_| keep));
    let staged = renderer.staged.iter().map(|column| Staged {
        column: *column,
        binary: renderer.table.column(*column).ty.is_binary(),
    });
    RowsScript {
        whole: renderer.whole(dialect, keep),
        make: renderer.make_for_all(),
        stage: renderer.stage(),
        write: renderer.write_alone(),
        report: renderer.report_alone(),
        staged: staged.collect(),
        target: renderer.table.name.clone(),
        noted: renderer.noted(),
        keep,
    }
}

impl<'p> Renderer<'p> {
    fn new(dialect: Mssql, plan: &'p RowsPlan, note: Option<&'p Note>) -> Self {
        let journal = Journal::of(dialect, note);
        let mut staged: Vec<ColumnIndex> = Vec::new();
        for column in plan.shapes.iter().flat_map(|shape| &shape.columns) {
            if !staged.contains(column) {
                staged.push(*column);
            }
        }
        let own = plan.entity.own_key().filter(|key| {
            // What may not be read is not reported either.
            let readable = |column: &ColumnIndex| plan.entity.readable(*column);
            plan.report_keys && key.columns.iter().all(readable)
        });
        // Who may not see the row's key has another one reported: by that one a row is found as well.
        let journal = match &own {
            Some(key) => journal.map(|journal| journal.found_by(&key.columns)),
            None => journal,
        };
        let reports_own = own.is_some();
        let own = match &journal {
            Some(journal) if !journal.key().is_empty() => journal.key().to_vec(),
            _ => own.map_or_else(Vec::new, |key| key.columns),
        };
        let judged = Judged::new(&plan.entity).filter(|_| {
            let mut shapes = plan.shapes.iter();
            own.is_empty() && shapes.any(|shape| unseen(shape, plan))
        });
        let kept = journal.as_ref().filter(|journal| journal.key().is_empty());
        Self {
            judged: judged.map(|judged| judged.keeping(kept.map_or(&[], Journal::columns), false)),
            table: plan.entity.table(),
            shapes: Shapes::of(plan),
            staged,
            // The same server that takes no NULL as a parameter.
            escapes: if dialect.null_parameters {
                Escapes::default()
            } else {
                Escapes::of(plan)
            },
            reports_own,
            own,
            journal,
            record: Record::of(dialect, note),
            plan,
        }
    }

    /// What is noted of the rows, as the parameters after theirs.
    fn noted(&self) -> Vec<Param> {
        let journal = self.journal.iter().flat_map(Journal::given);
        let record = self.record.iter().flat_map(Record::values);
        journal.chain(record).collect()
    }

    /// The columns of the row's own key that are reported.
    fn reported(&self) -> &[ColumnIndex] {
        if self.reports_own { &self.own } else { &[] }
    }

    fn column(&self, index: ColumnIndex) -> &'p Column {
        self.table.column(index)
    }

    fn whole(&self, dialect: Mssql, keep: bool) -> RowStatement {
        let binary = |index: &ColumnIndex| self.column(*index).ty.is_binary();
        let packed = if self.staged.iter().any(binary) {
            BYTES + 1
        } else {
            BYTES
        };
        let mut sql = Sql::for_rows(packed + self.noted().len());
        sql.push_syntax("SET NOCOUNT, XACT_ABORT ON;\nSET CONTEXT_INFO 0x00;\n")
            .push_syntax(dialect.isolation.setting())
            .push_syntax("\n");
        self.push_make(&mut sql, &self.staged);
        self.push_stage(&mut sql);
        self.push_declarations(&mut sql);
        self.push_journal_declarations(&mut sql, packed);
        sql.push_syntax("BEGIN TRY\nBEGIN TRANSACTION;\n");
        self.push_write(&mut sql);
        let columns = self.push_report(&mut sql);
        sql.push_syntax(if keep {
            "SET CONTEXT_INFO 0x01;\nCOMMIT TRANSACTION;\n"
        } else {
            "ROLLBACK TRANSACTION;\n"
        })
        .push_syntax("END TRY\nBEGIN CATCH\nIF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;\n");
        if self.shapes.setting_identity {
            sql.push_syntax("IF @counted = 1 ");
            self.push_identity_insert(&mut sql, "OFF");
        }
        sql.push_syntax("THROW;\nEND CATCH;");
        sql.finish_row(columns)
    }

    /// Rows of later parts may hold other columns than these.
    fn make_for_all(&self) -> RowStatement {
        let all = self.table.every().filter(|index| {
            let column = self.column(*index);
            let stamped = column.default == Default::Computed || column.ty == SqlType::RowVersion;
            !stamped || self.plan.key.columns.contains(index)
        });
        let mut sql = Sql::new();
        self.push_make(&mut sql, &all.collect::<Vec<_>>());
        sql.finish_row(Vec::new())
    }

    fn stage(&self) -> RowStatement {
        let mut sql = Sql::new();
        sql.push_syntax("SET NOCOUNT, XACT_ABORT ON;\n");
        self.push_stage(&mut sql);
        sql.finish_row(Vec::new())
    }

    /// By itself: `XACT_ABORT` ends it with the first error, and the transaction with it.
    fn write_alone(&self) -> RowStatement {
        let mut sql = Sql::for_rows(JSON + self.noted().len());
        sql.push_syntax("SET NOCOUNT, XACT_ABORT ON;\n");
        self.push_declarations(&mut sql);
        self.push_journal_declarations(&mut sql, JSON);
        self.push_write(&mut sql);
        sql.push_syntax("SELECT COUNT(*) AS undone FROM #upsertd AS s WHERE ")
            .push_syntax(MEANT)
            .push_syntax(" AND s.found <> 1");
        if !self.shapes.inserting.is_empty() {
            sql.push_syntax(" AND NOT (s.found = 0");
            self.push_of_shapes(&mut sql, &self.shapes.inserting);
            sql.push_syntax(")");
        }
        sql.push_syntax(";");
        sql.finish_row(vec![SqlType::Int])
    }

    fn report_alone(&self) -> RowStatement {
        let mut sql = Sql::new();
        let columns = self.push_report(&mut sql);
        sql.finish_row(columns)
    }

    /// Text that rows are found by is of the column's own collation, which only the column itself can give it: a
    /// query that returns nothing makes the table.
    fn push_make(&self, sql: &mut Sql, columns: &[ColumnIndex]) {
        let collated = |index: &ColumnIndex| {
            self.plan.key.columns.contains(index) && self.column(*index).ty.is_text()
        };
        // Babelfish does not forget the table that a request has made.
        sql.push_syntax(
            "IF OBJECT_ID('tempdb..#upsertd') IS NOT NULL DROP TABLE #upsertd;\n\
             SELECT TOP (0) CAST(0 AS bigint) AS number, CAST(0 AS int) AS shape, CAST(0 AS int) AS round, \
             CAST(0 AS int) AS found",
        );
        for index in columns {
            let column = self.column(*index);
            if collated(index) {
                sql.push_syntax(", CAST(t.").push_name(&column.name);
            } else {
                sql.push_syntax(", CAST(NULL");
            }
            sql.push_syntax(" AS ");
            match &column.ty {
                ty if collated(index) => push_compared_type(sql, ty),
                ty => push_held(sql, ty),
            }
            sql.push_syntax(") AS ");
            push_staged(sql, *index);
        }
        for (number, index) in self.own.iter().enumerate() {
            if self.finds_own(*index) {
                self.push_own_collated(sql, *index);
            } else {
                sql.push_syntax(", CAST(NULL AS ");
                push_reported(sql, &self.column(*index).ty);
            }
            sql.push_syntax(") AS o").push_number(number);
        }
        self.push_before_column(sql);
        sql.push_syntax(" INTO #upsertd FROM (SELECT 1 AS x) AS q");
        let own = self.own.iter().any(|index| self.finds_own(*index));
        if own || columns.iter().any(collated) {
            sql.push_syntax(" LEFT JOIN ");
            push_table(sql, self.table);
            sql.push_syntax(" AS t ON 1 = 0");
        }
        sql.push_syntax(";\nCREATE UNIQUE CLUSTERED INDEX upsertd_rows ON #upsertd (number);\n");
    }

    fn push_stage(&self, sql: &mut Sql) {
        sql.push_syntax("INSERT INTO #upsertd (number, shape, round, found");
        for index in &self.staged {
            push_staged(sql.push_syntax(", "), *index);
        }
        sql.push_syntax(")\nSELECT number, shape, 1, 0");
        for index in &self.staged {
            sql.push_syntax(", ");
            self.push_unpacked(sql, *index);
        }
        sql.push_syntax("\nFROM OPENJSON(")
            .push_row_value(JSON)
            .push_syntax(") WITH (number bigint '$[0]', shape int '$[1]'");
        let mut place = 2;
        for index in &self.staged {
            let ty = &self.column(*index).ty;
            if ty.is_binary() {
                for part in ["s int", "n int"] {
                    push_staged(sql.push_syntax(", "), *index);
                    sql.push_syntax(part);
                    push_path(sql, &mut place);
                }
                continue;
            }
            push_staged(sql.push_syntax(", "), *index);
            sql.push_syntax(" ");
            match cast_of(ty) {
                // Escapes take their room.
                Cast::None if ty.is_text() && !self.escapes.is_empty() => {
                    sql.push_syntax("nvarchar(max)");
                }
                Cast::None => push_held(sql, ty),
                Cast::Own | Cast::To(_) => {
                    sql.push_syntax(TEXT_OF_NUMBER);
                }
            }
            push_path(sql, &mut place);
        }
        sql.push_syntax(");\n");
        self.push_repeats(sql);
    }

    /// A staged value out of the JSON.
    fn push_unpacked(&self, sql: &mut Sql, index: ColumnIndex) {
        let ty = &self.column(index).ty;
        if ty.is_binary() {
            sql.push_syntax("SUBSTRING(")
                .push_row_value(BYTES)
                .push_syntax(", ");
            push_staged(sql, index);
            push_staged(sql.push_syntax("s, "), index);
            sql.push_syntax("n)");
        } else if let Cast::Own | Cast::To(_) = cast_of(ty) {
            push_staged(sql.push_syntax("CAST("), index);
            sql.push_syntax(" AS ");
            // Text of money may hold no more than a decimal's.
            push_reported(sql, ty);
            sql.push_syntax(")");
        } else if ty.is_text() || matches!(ty, SqlType::Other(_)) {
            self.escapes.push(sql, |sql| push_staged(sql, index));
        } else {
            push_staged(sql, index);
        }
    }

    /// Tells rows with one key apart: by their order, or as not to be written.
    fn push_repeats(&self, sql: &mut Sql) {
        let keyed = &self.shapes.keyed;
        if keyed.is_empty() {
            return;
        }
        let meant = |sql: &mut Sql| {
            sql.push_syntax(" FROM #upsertd AS s WHERE ")
                .push_syntax(MEANT);
            self.push_of_shapes(sql, keyed);
        };
        sql.push_syntax("IF EXISTS (SELECT 1 AS x");
        meant(sql);
        sql.push_syntax(" GROUP BY ");
        self.push_key(sql);
        sql.push_syntax(" HAVING COUNT(*) > 1)\nUPDATE s SET ");
        let order = match self.plan.repeated {
            Repeated::InOrder => {
                sql.push_syntax("round = q.times FROM #upsertd AS s JOIN (SELECT s.number, ROW_NUMBER() OVER (PARTITION BY ");
                " ORDER BY s.number) AS times"
            }
            Repeated::Refuse => {
                sql.push_syntax("found = -1 FROM #upsertd AS s JOIN (SELECT s.number, COUNT(*) OVER (PARTITION BY ");
                ") AS times"
            }
        };
        self.push_key(sql);
        sql.push_syntax(order);
        meant(sql);
        sql.push_syntax(") AS q ON q.number = s.number WHERE q.times > 1;\n");
    }

    /// The staged columns that find rows.
    fn push_key(&self, sql: &mut Sql) {
        sql.push_list(&self.plan.key.columns, ", ", |sql, index| {
            push_staged(sql.push_syntax("s."), *index);
        });
    }

    fn push_report(&self, sql: &mut Sql) -> Vec<SqlType> {
        sql.push_syntax("SELECT s.number, s.shape, s.found");
        let own = self.reported();
        for (number, index) in own.iter().enumerate() {
            if self.finds_own(*index) {
                // Whatever the server's code pages.
                sql.push_syntax(", CAST(s.o")
                    .push_number(number)
                    .push_syntax(" AS ");
                push_reported(sql, &self.column(*index).ty);
                sql.push_syntax(") AS o").push_number(number);
            } else {
                sql.push_syntax(", s.o").push_number(number);
            }
        }
        sql.push_syntax(" FROM #upsertd AS s WHERE ")
            .push_syntax(MEANT)
            .push_syntax(" ORDER BY s.number;\n");
        let own = own.iter().map(|c| self.column(*c).ty.clone());
        [SqlType::BigInt, SqlType::Int, SqlType::Int]
            .into_iter()
            .chain(own)
            .collect()
    }

    /// ` AND …`: that a row is of one of these shapes, where there are others.
    fn push_of_shapes(&self, sql: &mut Sql, shapes: &[usize]) {
        if shapes.len() == self.shapes.count {
            return;
        }
        sql.push_syntax(" AND s.shape IN (")
            .push_list(shapes, ", ", |sql, shape| {
                sql.push_number(*shape);
            })
            .push_syntax(")");
    }

    fn push_identity_insert(&self, sql: &mut Sql, on: &'static str) {
        sql.push_syntax("SET IDENTITY_INSERT ");
        push_target(sql, &self.plan.entity);
        sql.push_syntax(" ").push_syntax(on).push_syntax(";\n");
    }
}

/// A staged column's name.
fn push_staged(sql: &mut Sql, index: ColumnIndex) {
    sql.push_syntax("c").push_number(index.position());
}

fn push_path(sql: &mut Sql, place: &mut usize) {
    sql.push_syntax(" '$[")
        .push_number(*place)
        .push_syntax("]'");
    *place += 1;
}

/// Adds the type in which a column's values wait to be written.
fn push_held(sql: &mut Sql, ty: &SqlType) {
    match ty {
        SqlType::Other(name) if name == "sql_variant" => {
            sql.push_syntax(TEXT_OF_VARIANT);
        }
        ty => push_type(sql, ty),
    }
}
