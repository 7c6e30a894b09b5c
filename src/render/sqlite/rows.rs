//! The statements that a batch's rows need in SQLite's SQL, for each shape. A row's N-th value is the parameter `?N`.
//! Keys are compared as the table itself compares them, so that its unique index is used.

use std::sync::Arc;

use super::{Sql, push_verdict};
use crate::{
    domain::{
        ColumnIndex, Entity, Predicate, SqlType, Table,
        batch::{BatchKey, Repeated, RowAction, RowOutcome},
        rows::{RowShape, RowsPlan},
    },
    render::{
        predicate::{endangered, push_predicate},
        rows::{RowStatement, RowSteps, RowsWork},
    },
};

/// Every shape's steps.
pub(super) fn steps(plan: &RowsPlan) -> RowsWork {
    let entity = plan.entity.as_ref();
    let own: Vec<ColumnIndex> = match entity.own_key() {
        // What may not be read is not reported either.
        Some(key) if plan.report_keys && key.columns.iter().all(|c| entity.readable(*c)) => {
            key.columns
        }
        _ => Vec::new(),
    };
    let renderer = Renderer {
        entity,
        table: entity.table(),
        unique: plan.key.unique,
        own: &own,
    };
    RowsWork::Steps {
        shapes: plan
            .shapes
            .iter()
            .map(|shape| Arc::new(renderer.steps(shape)))
            .collect(),
        repeats: match plan.repeated {
            Repeated::InOrder => None,
            Repeated::Refuse => Some(Box::new(repeats(entity.table(), &plan.key))),
        },
    }
}

struct Renderer<'p> {
    entity: &'p Entity,
    table: &'p Table,
    unique: bool,
    /// The columns of the row's own key, where it is reported.
    own: &'p [ColumnIndex],
}

impl Renderer<'_> {
    fn steps(&self, shape: &RowShape) -> RowSteps {
        let keyed = shape.key > 0;
        let sets = shape.set > 0 || !shape.reset.is_empty();
        let change = match shape.action {
            RowAction::Delete if keyed => Some(self.delete(shape)),
            RowAction::Upsert | RowAction::Replace | RowAction::Update if keyed && sets => {
                Some(self.update(shape))
            }
            _ => None,
        };
        let looks = keyed && shape.action != RowAction::Insert;
        RowSteps {
            find: (looks && (change.is_none() || !self.unique)).then(|| self.find(shape)),
            change,
            found: match shape.action {
                RowAction::InsertIgnore => RowOutcome::Ignored,
                RowAction::Delete => RowOutcome::Deleted,
                _ => RowOutcome::Updated,
            },
            insert: shape
                .insert
                .as_ref()
                .ok()
                .map(|positions| self.insert(shape, positions)),
        }
    }

    fn find(&self, shape: &RowShape) -> RowStatement {
        let mut sql = Sql::for_rows(shape.columns.len());
        sql.push_syntax("SELECT ");
        let columns = if self.own.is_empty() {
            sql.push_syntax("1");
            vec![SqlType::Int]
        } else {
            self.push_own(&mut sql)
        };
        sql.push_syntax(" FROM ").push_name(&self.table.name);
        self.push_where(&mut sql, shape);
        sql.push_syntax(" LIMIT 2");
        sql.finish_row(columns)
    }

    fn update(&self, shape: &RowShape) -> RowStatement {
        let mut sql = Sql::for_rows(shape.columns.len());
        sql.push_syntax("UPDATE ")
            .push_target(&self.table.name)
            .push_syntax(" SET ");
        let set = (shape.key..).zip(shape.set_columns());
        sql.push_list(set, ", ", |sql, (position, column)| {
            sql.push_name(&self.table.column(*column).name)
                .push_syntax(" = ")
                .push_row_value(position);
        });
        let separator = if shape.set > 0 { ", " } else { "" };
        sql.push_syntax(if shape.reset.is_empty() {
            ""
        } else {
            separator
        })
        .push_list(&shape.reset, ", ", |sql, column| {
            let column = self.table.column(*column);
            sql.push_name(&column.name).push_syntax(" = ");
            match &column.default_expression {
                Some(default) => sql.push_expression(default),
                None => sql.push_syntax("NULL"),
            };
        });
        self.push_where(&mut sql, shape);
        let written = shape.set_columns().iter().chain(&shape.reset).copied();
        self.finish_returning(sql, endangered(self.entity, written))
    }

    fn delete(&self, shape: &RowShape) -> RowStatement {
        let mut sql = Sql::for_rows(shape.columns.len());
        sql.push_syntax("DELETE FROM ")
            .push_target(&self.table.name);
        self.push_where(&mut sql, shape);
        self.finish_returning(sql, None)
    }

    fn insert(&self, shape: &RowShape, positions: &[usize]) -> RowStatement {
        let mut sql = Sql::for_rows(shape.columns.len());
        sql.push_syntax("INSERT INTO ")
            .push_target(&self.table.name);
        if positions.is_empty() {
            sql.push_syntax(" DEFAULT VALUES");
            return self.finish_returning(sql, self.entity.rows());
        }
        sql.push_syntax(" (")
            .push_list(positions, ", ", |sql, position| {
                sql.push_name(&self.table.column(shape.columns[*position]).name);
            })
            .push_syntax(") VALUES (")
            .push_list(positions, ", ", |sql, position| {
                sql.push_row_value(*position);
            })
            .push_syntax(")");
        self.finish_returning(sql, self.entity.rows())
    }

    fn push_where(&self, sql: &mut Sql, shape: &RowShape) {
        sql.push_syntax(" WHERE ");
        let key = (0..).zip(shape.key_columns());
        sql.push_list(key, " AND ", |sql, (position, column)| {
            sql.push_name(&self.table.column(*column).name)
                .push_syntax(" = ")
                .push_row_value(position);
        });
        if let Some(rows) = self.entity.rows() {
            sql.push_syntax(" AND (");
            push_predicate(sql, self.table, rows);
            sql.push_syntax(")");
        }
    }

    fn push_own(&self, sql: &mut Sql) -> Vec<SqlType> {
        sql.push_list(self.own, ", ", |sql, column| {
            sql.push_name(&self.table.column(*column).name);
        });
        let types = self.own.iter().map(|c| self.table.column(*c).ty.clone());
        types.collect()
    }

    /// Ends a write: with its row's own key, where that is reported, and with whether the row keeps to these.
    fn finish_returning(&self, mut sql: Sql, rows: Option<&Predicate>) -> RowStatement {
        let mut types = Vec::new();
        if !self.own.is_empty() {
            sql.push_syntax(" RETURNING ");
            types = self.push_own(&mut sql);
        }
        if let Some(rows) = rows {
            sql.push_syntax(if types.is_empty() {
                " RETURNING "
            } else {
                ", "
            });
            push_verdict(&mut sql, self.table, rows);
            types.push(SqlType::Bit);
        }
        sql.finish_row(types)
    }
}

/// The compound's first part gives its columns the table's own collations.
fn repeats(table: &Table, key: &BatchKey) -> RowStatement {
    let mut sql = Sql::new();
    sql.push_syntax("WITH sent (")
        .push_list(&key.columns, ", ", |sql, column| {
            sql.push_name(&table.column(*column).name);
        });
    sql.push_syntax(", upsertd_number) AS (SELECT ")
        .push_list(&key.columns, ", ", |sql, column| {
            sql.push_name(&table.column(*column).name);
        })
        .push_syntax(", 0 FROM ")
        .push_name(&table.name)
        .push_syntax(" WHERE 0 UNION ALL SELECT ");
    for position in 0..key.columns.len() {
        sql.push_syntax("value ->> ");
        sql.push_number(position + 1).push_syntax(", ");
    }
    sql.push_syntax("value ->> 0 FROM json_each(?1)) SELECT a.upsertd_number FROM sent AS a WHERE EXISTS (SELECT 1 FROM sent AS b WHERE b.upsertd_number <> a.upsertd_number");
    for column in &key.columns {
        sql.push_syntax(" AND b.")
            .push_name(&table.column(*column).name)
            .push_syntax(" = a.")
            .push_name(&table.column(*column).name);
    }
    sql.push_syntax(")");
    sql.finish_row(vec![SqlType::BigInt])
}
