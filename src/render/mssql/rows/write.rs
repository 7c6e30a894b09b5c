//! The statements of one round: look which keys there are, delete, update, insert, and note each row's own key. Every
//! row that is to be written is counted before and after, so that nothing is passed over in silence.

use super::{
    ColumnIndex, MEANT, Renderer, RowAction, RowShape, Sql, SqlType, changes, looks, push_reported,
    push_staged, push_table, push_target, unseen,
};
use crate::render::{
    mssql::{
        journal::holds,
        operand::comparable_as,
        script::{LOCKS, OUTSIDE},
    },
    predicate::{endangered, push_predicate},
};

/// One look-up for each row, in the order that they come in: an index seek, and locks taken in the order of the key.
/// Another plan might read, and lock, all of the table.
pub(super) const SEEKING: &str = " OPTION (LOOP JOIN, FORCE ORDER)";

/// More rows than are ever staged: it keeps the order of a derived table.
const EVERY_ROW: &str = "TOP (2147483647) ";

pub(super) const COUNT: &str = "SET @written = @written + @@ROWCOUNT;\n";

/// The rows of this round.
pub(super) const OF_ROUND: &str = " AND s.round = @round";

impl Renderer<'_> {
    pub(super) fn push_declarations(&self, sql: &mut Sql) {
        sql.push_syntax(
            "DECLARE @round int = 1, @rounds int, @written int = 0, @expected int = 0, @number bigint, \
             @counted bit = 0;\nDECLARE @found TABLE (number bigint, times int",
        );
        self.push_own_columns(sql, self.reported());
        sql.push_syntax(");\n");
        if let Some(judged) = &self.judged {
            judged.make(sql);
        }
        let told = |shape: &RowShape| shape.insert.is_ok() && !looks(shape);
        if !self.own.is_empty() && self.plan.shapes.iter().any(|shape| told(shape)) {
            sql.push_syntax("DECLARE @made TABLE (x int");
            self.push_own_columns(sql, &self.own);
            sql.push_syntax(");\n");
        }
    }

    fn push_own_columns(&self, sql: &mut Sql, own: &[ColumnIndex]) {
        for (number, index) in own.iter().enumerate() {
            sql.push_syntax(", o").push_number(number).push_syntax(" ");
            push_reported(sql, &self.column(*index).ty);
        }
    }

    /// All rounds. What was not written as it should be ends it with an error.
    pub(super) fn push_write(&self, sql: &mut Sql) {
        self.push_request(sql);
        sql.push_syntax("SELECT @rounds = MAX(s.round) FROM #upsertd AS s WHERE ")
            .push_syntax(MEANT)
            .push_syntax(";\nWHILE @round <= @rounds\nBEGIN\n");
        self.push_look(sql);
        self.push_expect(sql);
        self.push_before(sql);
        let shapes = || self.plan.shapes.iter().enumerate();
        let deletes = |shape: &RowShape| shape.action == RowAction::Delete;
        // Deleted rows make room for others.
        for (number, _) in shapes().filter(|(_, shape)| changes(shape) && deletes(shape)) {
            self.push_delete(sql, number);
        }
        for (number, shape) in shapes().filter(|(_, shape)| changes(shape) && !deletes(shape)) {
            self.push_update(sql, number, shape);
        }
        for (number, shape) in shapes() {
            if let Ok(positions) = &shape.insert {
                let columns: Vec<_> = positions.iter().map(|p| shape.columns[*p]).collect();
                self.push_insert(sql, number, shape, &columns);
            }
        }
        self.push_own_again(sql);
        self.push_verdict(sql);
        self.push_after(sql);
        sql.push_syntax(
            "SET @round = @round + 1;\nEND;\n\
             IF @written <> @expected THROW 50000, N'The database passed over a row.', 1;\n",
        );
        self.push_counts(sql);
        self.push_record(sql);
    }

    /// Finds out which keys there are, and keeps others from changing that.
    fn push_look(&self, sql: &mut Sql) {
        let looking = &self.shapes.looking;
        if looking.is_empty() {
            return;
        }
        sql.push_syntax("INSERT INTO @found (number, times");
        if self.plan.key.unique {
            self.push_own_names(sql, ", o");
            sql.push_syntax(")\nSELECT s.number, 1");
            self.push_own_names(sql, ", t.o");
            sql.push_syntax(" FROM (SELECT ")
                .push_syntax(EVERY_ROW)
                .push_syntax("s.number, ");
            self.push_key(sql);
            self.push_round(sql.push_syntax(" FROM #upsertd AS s WHERE "), looking);
            sql.push_syntax(" ORDER BY ");
            self.push_key(sql);
            sql.push_syntax(") AS s CROSS APPLY (SELECT TOP (1) ");
            self.push_own_values(sql);
            sql.push_syntax(" FROM ");
            push_table(sql, self.table);
            sql.push_syntax(" AS t")
                .push_syntax(LOCKS)
                .push_syntax(" WHERE ");
            self.push_match(sql);
            sql.push_syntax(") AS t;\n");
        } else {
            sql.push_syntax(
                ")\nSELECT s.number, CASE WHEN COUNT(*) > 1 THEN 2 ELSE 1 END FROM #upsertd AS s JOIN ",
            );
            push_table(sql, self.table);
            sql.push_syntax(" AS t")
                .push_syntax(LOCKS)
                .push_syntax(" ON ");
            self.push_match(sql);
            self.push_round(sql.push_syntax(" WHERE "), looking);
            sql.push_syntax(" GROUP BY s.number;\n");
        }
        sql.push_syntax("UPDATE s SET found = f.times");
        if self.plan.key.unique {
            for number in 0..self.reported().len() {
                sql.push_syntax(", o")
                    .push_number(number)
                    .push_syntax(" = f.o")
                    .push_number(number);
            }
        }
        sql.push_syntax(
            " FROM #upsertd AS s JOIN @found AS f ON f.number = s.number;\nDELETE FROM @found;\n",
        );
        if !self.plan.key.unique {
            self.push_own_of(sql, &[(1, looking)]);
        }
    }

    /// Counts what is to be written.
    fn push_expect(&self, sql: &mut Sql) {
        let (changing, inserting) = (&self.shapes.changing, &self.shapes.inserting);
        let cases = [("s.found = 1", changing), ("s.found = 0", inserting)];
        let cases: Vec<_> = cases.iter().filter(|(_, of)| !of.is_empty()).collect();
        if cases.is_empty() {
            return;
        }
        sql.push_syntax("SELECT @expected = @expected + COUNT(*) FROM #upsertd AS s WHERE ")
            .push_syntax(MEANT)
            .push_syntax(OF_ROUND)
            .push_syntax(" AND (")
            .push_list(cases, " OR ", |sql, (found, of)| {
                sql.push_syntax(found);
                self.push_of_shapes(sql, of);
            })
            .push_syntax(");\n");
    }

    fn push_delete(&self, sql: &mut Sql, number: usize) {
        sql.push_syntax("DELETE t");
        self.push_joined(sql, number);
        sql.push_syntax(";\n").push_syntax(COUNT);
    }

    fn push_update(&self, sql: &mut Sql, number: usize, shape: &RowShape) {
        sql.push_syntax("UPDATE t SET ");
        let set = shape.set_columns().iter().map(|index| (index, false));
        let reset = shape.reset.iter().map(|index| (index, true));
        sql.push_list(set.chain(reset), ", ", |sql, (index, reset)| {
            sql.push_name(&self.column(*index).name).push_syntax(" = ");
            if reset {
                sql.push_syntax("DEFAULT");
            } else {
                push_staged(sql.push_syntax("s."), *index);
            }
        });
        self.push_joined(sql, number);
        sql.push_syntax(";\n").push_syntax(COUNT);
    }

    /// Own keys that have come into being, or may have changed, are read by the key that finds the rows.
    fn push_own_again(&self, sql: &mut Sql) {
        let of = |does: &dyn Fn(&RowShape) -> bool| {
            let shapes = self.plan.shapes.iter().enumerate();
            let doing = shapes.filter(|(_, shape)| looks(shape) && does(shape));
            doing.map(|(number, _)| number).collect::<Vec<_>>()
        };
        let changed = of(&|shape| {
            let own = |index: &ColumnIndex| self.reported().contains(index);
            changes(shape) && shape.set_columns().iter().chain(&shape.reset).any(own)
        });
        let inserted = of(&|shape| shape.insert.is_ok());
        self.push_own_of(sql, &[(1, &changed), (0, &inserted)]);
    }

    /// Reads the own keys of rows by how many rows they found.
    fn push_own_of(&self, sql: &mut Sql, of: &[(u8, &[usize])]) {
        let of: Vec<_> = of.iter().filter(|(_, shapes)| !shapes.is_empty()).collect();
        if self.reported().is_empty() || of.is_empty() {
            return;
        }
        sql.push_syntax("UPDATE s SET ").push_list(
            self.reported().iter().enumerate(),
            ", ",
            |sql, (number, index)| {
                sql.push_syntax("o")
                    .push_number(number)
                    .push_syntax(" = t.");
                self.push_told(sql, *index);
            },
        );
        sql.push_syntax(" FROM #upsertd AS s JOIN ");
        push_table(sql, self.table);
        sql.push_syntax(" AS t ON ");
        self.push_match(sql);
        sql.push_syntax(" WHERE ")
            .push_syntax(MEANT)
            .push_syntax(OF_ROUND)
            .push_syntax(" AND (")
            .push_list(of, " OR ", |sql, (found, shapes)| {
                sql.push_syntax(if *found == 0 {
                    "s.found = 0"
                } else {
                    "s.found = 1"
                });
                self.push_of_shapes(sql, shapes);
            })
            .push_syntax(")");
        self.push_seeking(sql);
        sql.push_syntax(";\n");
    }

    /// The rows of a shape in this round, joined with those that they found.
    fn push_joined(&self, sql: &mut Sql, shape: usize) {
        sql.push_syntax(" FROM #upsertd AS s JOIN ");
        push_target(sql, &self.plan.entity);
        sql.push_syntax(" AS t ON ");
        self.push_match(sql);
        sql.push_syntax(" WHERE ")
            .push_syntax(MEANT)
            .push_syntax(OF_ROUND)
            .push_syntax(" AND s.found = 1");
        self.push_of_shapes(sql, &[shape]);
        self.push_seeking(sql);
    }

    pub(super) fn push_seeking(&self, sql: &mut Sql) {
        if self.plan.key.unique {
            sql.push_syntax(SEEKING);
        }
    }

    fn push_round(&self, sql: &mut Sql, shapes: &[usize]) {
        sql.push_syntax(MEANT).push_syntax(OF_ROUND);
        // Repeated ones, which are refused, have been found already.
        sql.push_syntax(" AND s.found >= 0");
        self.push_of_shapes(sql, shapes);
    }

    /// That a row of the table has the key of a staged one.
    pub(super) fn push_match(&self, sql: &mut Sql) {
        sql.push_list(&self.plan.key.columns, " AND ", |sql, index| {
            let column = self.column(*index);
            match comparable_as(&column.ty) {
                Some(ty) => sql
                    .push_syntax("CAST(t.")
                    .push_name(&column.name)
                    .push_syntax(" AS ")
                    .push_syntax(ty)
                    .push_syntax(")"),
                None => sql.push_syntax("t.").push_name(&column.name),
            };
            push_staged(sql.push_syntax(" = s."), *index);
        });
        self.push_within(sql);
    }

    /// Whether rows that the batch's key does not name are judged as the table has them, by their own key.
    pub(super) fn judges_by_own(&self) -> bool {
        let unseen = || {
            self.plan
                .shapes
                .iter()
                .any(|shape| unseen(shape, self.plan))
        };
        self.plan.entity.rows().is_some() && self.own_finds() && unseen()
    }

    /// Whether a row can be found by its own key.
    fn own_finds(&self) -> bool {
        let mut own = self.own.iter();
        !self.own.is_empty() && own.all(|index| holds(&self.column(*index).ty))
    }

    /// Ends with an error where a row that was written in this round is none that its writer may have: by the key that
    /// finds it, or by its own. What neither finds its insert has told, if it could; otherwise it is not written.
    fn push_verdict(&self, sql: &mut Sql) {
        let entity = &self.plan.entity;
        if entity.rows().is_none() {
            return;
        }
        let shapes = || self.plan.shapes.iter().enumerate();
        let of = |is: &dyn Fn(&RowShape) -> bool| -> Vec<usize> {
            let shapes = shapes().filter(|(_, shape)| is(shape));
            shapes.map(|(number, _)| number).collect()
        };
        let changed = of(&|shape| {
            let written = shape.set_columns().iter().chain(&shape.reset).copied();
            changes(shape)
                && shape.action != RowAction::Delete
                && endangered(entity, written).is_some()
        });
        let named = of(&|shape| shape.insert.is_ok() && !unseen(shape, self.plan));
        let others = of(&|shape| unseen(shape, self.plan) && self.judges(shape).is_none());
        let by_key = Some(Self::push_match as fn(&Self, &mut Sql));
        let by_own = self.own_finds().then_some(Self::push_own_match as _);
        for (found, shapes, finds) in [
            ("s.found = 1", &changed, by_key),
            ("s.found = 0", &named, by_key),
            ("s.found = 0", &others, by_own),
        ] {
            if shapes.is_empty() {
                continue;
            }
            sql.push_syntax("IF EXISTS (SELECT 1 AS x FROM #upsertd AS s WHERE ")
                .push_syntax(MEANT)
                .push_syntax(OF_ROUND)
                .push_syntax(" AND ")
                .push_syntax(found);
            self.push_of_shapes(sql, shapes);
            if let Some(push_found) = finds {
                sql.push_syntax(" AND NOT EXISTS (SELECT 1 AS x FROM ");
                push_table(sql, self.table);
                sql.push_syntax(" AS t WHERE ");
                push_found(self, sql);
                sql.push_syntax(")");
            }
            sql.push_syntax(") ").push_syntax(OUTSIDE);
        }
    }

    /// That a row of the table is that whose own key a staged one has, and one that its writer may have.
    fn push_own_match(&self, sql: &mut Sql) {
        sql.push_list(
            self.own.iter().enumerate(),
            " AND ",
            |sql, (place, index)| {
                sql.push_syntax("t.")
                    .push_name(&self.column(*index).name)
                    .push_syntax(" = s.o")
                    .push_number(place);
            },
        );
        self.push_within(sql);
    }

    /// ` AND …`: that a row of the table is one that its writer may have.
    fn push_within(&self, sql: &mut Sql) {
        if let Some(rows) = self.plan.entity.rows() {
            sql.push_syntax(" AND (").aliased("t", |sql| {
                push_predicate(sql, self.table, rows);
            });
            sql.push_syntax(")");
        }
    }

    /// The own key's columns of a row that was found, under their names here.
    fn push_own_values(&self, sql: &mut Sql) {
        if self.reported().is_empty() {
            sql.push_syntax("1 AS x");
        }
        sql.push_list(
            self.reported().iter().enumerate(),
            ", ",
            |sql, (number, index)| {
                sql.push_syntax("t.");
                self.push_told(sql, *index);
                sql.push_syntax(" AS o").push_number(number);
            },
        );
    }

    /// A column's name; a CLR type says itself what it is as text.
    pub(super) fn push_told(&self, sql: &mut Sql, index: ColumnIndex) {
        let column = self.column(index);
        sql.push_name(&column.name);
        if let SqlType::Other(name) = &column.ty
            && name != "sql_variant"
        {
            sql.push_syntax(".ToString()");
        }
    }

    fn push_own_names(&self, sql: &mut Sql, before: &'static str) {
        for number in 0..self.reported().len() {
            sql.push_syntax(before).push_number(number);
        }
    }
}
