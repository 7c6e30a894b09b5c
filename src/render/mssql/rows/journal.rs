//! The journal of a batch's rows. A row of the batch changes one row of the table at most, so its number is that of the
//! change. Each row waits in `#upsertd` as it was before, and is read again when its round is over.

use super::{
    super::{
        journal::{Journal, LOG_ROWS},
        judged::{self, Judged, push_held},
    },
    ColumnIndex, MEANT, Renderer, RowAction, RowShape, Sql, changes, looks, unseen,
    write::OF_ROUND,
};
use crate::{
    domain::{batch::RowOutcome, once::letter},
    render::mssql::{declared::push_compared_type, once::Record},
};

impl Renderer<'_> {
    /// What of the rows is kept; `None` where that is at most their number.
    fn keeps(&self) -> Option<&Journal<'_>> {
        self.journal.as_ref().filter(|journal| journal.keeps_rows())
    }

    /// The shapes that do something, by their positions.
    fn shapes_that(&self, does: impl Fn(&RowShape) -> bool) -> Vec<usize> {
        let shapes = self.plan.shapes.iter().enumerate();
        let doing = shapes.filter(|(_, shape)| does(shape));
        doing.map(|(number, _)| number).collect()
    }

    /// Whether the journal is told of the rows of a shape by their own insert: nothing finds them afterwards.
    pub(super) fn tells_inserted(&self, shape: &RowShape) -> bool {
        let keyless = self.keeps().is_some_and(|journal| journal.key().is_empty());
        keyless && shape.insert.is_ok() && !looks(shape)
    }

    /// What judges the rows of a shape by what their own insert tells, if that is how they are judged.
    pub(super) fn judges(&self, shape: &RowShape) -> Option<&Judged<'_>> {
        let judged = self.judged.as_ref();
        judged.filter(|_| unseen(shape, self.plan) || self.tells_inserted(shape))
    }

    /// Columns of the staging table.
    pub(super) fn push_before_column(&self, sql: &mut Sql) {
        if self.keeps().is_some() {
            sql.push_syntax(", CAST(NULL AS nvarchar(max)) AS [before]");
        }
    }

    /// Whether a column of the own key is held in its own collation, since rows are found by it.
    pub(super) fn finds_own(&self, index: ColumnIndex) -> bool {
        (self.keeps().is_some() || self.judges_by_own()) && self.column(index).ty.is_text()
    }

    /// Adds the own key's column as it is held to be found by.
    pub(super) fn push_own_collated(&self, sql: &mut Sql, index: ColumnIndex) {
        let column = self.column(index);
        sql.push_syntax(", CAST(t.")
            .push_name(&column.name)
            .push_syntax(" AS ");
        push_compared_type(sql, &column.ty);
    }

    pub(super) fn push_journal_declarations(&self, sql: &mut Sql, position: usize) {
        if let Some(record) = &self.record {
            let before = self
                .journal
                .as_ref()
                .map_or(0, |journal| journal.given().len());
            record.push_placed(sql, position + before);
        }
        let Some(journal) = &self.journal else {
            return;
        };
        journal.push_placed(sql, position);
        sql.push_syntax(
            "DECLARE @log_created int = 0, @log_updated int = 0, @log_deleted int = 0;\n",
        );
        let mut shapes = self.plan.shapes.iter();
        if self.judged.is_none() && shapes.any(|shape| self.tells_inserted(shape)) {
            sql.push_syntax("DECLARE @told TABLE (")
                .push_list(journal.columns(), ", ", |sql, index| {
                    sql.push_syntax("a")
                        .push_number(index.position())
                        .push_syntax(" ");
                    push_held(sql, &self.column(*index).ty);
                })
                .push_syntax(");\n");
        }
    }

    /// Keeps the rows that are to be changed as they are.
    pub(super) fn push_before(&self, sql: &mut Sql) {
        let changing = &self.shapes.changing;
        let Some(journal) = self.keeps().filter(|_| !changing.is_empty()) else {
            return;
        };
        sql.push_syntax("UPDATE s SET [before] = ");
        journal.push_image(sql);
        sql.push_syntax(" FROM #upsertd AS s JOIN ");
        journal.push_table_as_t(sql);
        sql.push_syntax(" ON ");
        self.push_match(sql);
        Self::push_of_this_round(sql.push_syntax(" WHERE "));
        sql.push_syntax(" AND s.found = 1");
        self.push_of_shapes(sql, changing);
        self.push_seeking(sql);
        sql.push_syntax(";\n");
    }

    /// ` OUTPUT …`, for rows that nothing finds afterwards.
    pub(super) fn push_told_output(&self, sql: &mut Sql, shape: &RowShape) {
        if let Some(judged) = self.judges(shape) {
            judged.push_output_of_insert(sql);
            return;
        }
        let Some(journal) = self.keeps().filter(|_| self.tells_inserted(shape)) else {
            return;
        };
        sql.push_syntax(" OUTPUT ")
            .push_list(journal.columns(), ", ", |sql, index| {
                sql.push_syntax("inserted.")
                    .push_name(&self.column(*index).name);
            })
            .push_syntax(" INTO @told (");
        Self::push_told_places(sql, journal, "a");
        sql.push_syntax(")");
    }

    fn push_told_places(sql: &mut Sql, journal: &Journal<'_>, name: &'static str) {
        sql.push_list(journal.columns(), ", ", |sql, index| {
            sql.push_syntax(name).push_number(index.position());
        });
    }

    /// Keeps the rows that their insert has told. Which of them is which row of the batch does not matter.
    pub(super) fn push_told_rows(&self, sql: &mut Sql, number: usize, shape: &RowShape) {
        let judged = self.judges(shape);
        if let Some(judged) = judged {
            judged.push_verdict(sql);
        }
        let (place, after) = match judged {
            Some(_) => (judged::TABLE, judged::AFTER),
            None => ("@told", "a"),
        };
        if let Some(journal) = self.keeps().filter(|_| self.tells_inserted(shape)) {
            self.push_told_images(sql, number, journal, (place, after));
        } else if judged.is_none() {
            return;
        }
        sql.push_syntax("DELETE FROM ")
            .push_syntax(place)
            .push_syntax(";\n");
    }

    fn push_told_images(
        &self,
        sql: &mut Sql,
        number: usize,
        journal: &Journal<'_>,
        (place, after): (&'static str, &'static str),
    ) {
        sql.push_syntax(LOG_ROWS).push_syntax("q.number, NULL, ");
        journal.push_image_of(sql, |sql, index| {
            sql.push_syntax("m.")
                .push_syntax(after)
                .push_number(index.position());
        });
        sql.push_syntax(
            " FROM (SELECT s.number, ROW_NUMBER() OVER (ORDER BY s.number) AS nth FROM #upsertd AS s WHERE ",
        );
        self.push_to_insert(sql, number);
        sql.push_syntax(") AS q JOIN (SELECT ");
        Self::push_told_places(sql, journal, after);
        sql.push_syntax(", ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) AS nth FROM ")
            .push_syntax(place)
            .push_syntax(") AS m ON m.nth = q.nth;\n");
    }

    /// Keeps the rows of a round as they have become.
    pub(super) fn push_after(&self, sql: &mut Sql) {
        let Some(journal) = self.keeps() else {
            return;
        };
        let goes = |shape: &RowShape| shape.action == RowAction::Delete;
        let updated = self.shapes_that(|shape| changes(shape) && !goes(shape));
        let deleted = self.shapes_that(|shape| changes(shape) && goes(shape));
        let looked = self.shapes_that(|shape| shape.insert.is_ok() && looks(shape));
        let plain = self.shapes_that(|shape| shape.insert.is_ok() && !looks(shape));
        if !updated.is_empty() || !looked.is_empty() {
            self.push_after_of(
                sql,
                journal,
                true,
                &[("s.found = 1", &updated), ("s.found = 0", &looked)],
            );
        }
        if !deleted.is_empty() {
            sql.push_syntax(LOG_ROWS)
                .push_syntax("s.number, s.[before], NULL FROM #upsertd AS s WHERE ");
            Self::push_of_this_round(sql);
            sql.push_syntax(" AND s.found = 1");
            self.push_of_shapes(sql, &deleted);
            sql.push_syntax(";\n");
        }
        if !plain.is_empty() && !journal.key().is_empty() {
            self.push_after_of(sql, journal, false, &[("s.found = 0", &plain)]);
        }
    }

    /// Reads rows again: by the key that finds them, or by their own.
    fn push_after_of(
        &self,
        sql: &mut Sql,
        journal: &Journal<'_>,
        by_match: bool,
        of: &[(&'static str, &Vec<usize>)],
    ) {
        sql.push_syntax(LOG_ROWS)
            .push_syntax("s.number, s.[before], ");
        journal.push_image(sql);
        sql.push_syntax(" FROM #upsertd AS s LEFT JOIN ");
        journal.push_table_as_t(sql);
        sql.push_syntax(" ON ");
        if by_match {
            self.push_match(sql);
        } else {
            journal.push_same_key(sql, |sql, place| {
                sql.push_syntax("s.o").push_number(place);
            });
        }
        Self::push_of_this_round(sql.push_syntax(" WHERE "));
        sql.push_syntax(" AND (");
        self.push_cases(sql, of);
        sql.push_syntax(")");
        if !by_match || self.plan.key.unique {
            sql.push_syntax(super::write::SEEKING);
        }
        sql.push_syntax(";\n");
    }

    /// Which rows of which shapes, one case or another.
    fn push_cases(&self, sql: &mut Sql, of: &[(&'static str, &Vec<usize>)]) {
        let of = of.iter().filter(|(_, shapes)| !shapes.is_empty());
        sql.push_list(of, " OR ", |sql, (found, shapes)| {
            sql.push_syntax(found);
            self.push_of_shapes(sql, shapes);
        });
    }

    fn push_of_this_round(sql: &mut Sql) {
        sql.push_syntax(MEANT).push_syntax(OF_ROUND);
    }

    /// Keeps what became of each row, where the request is not to act again.
    pub(super) fn push_record(&self, sql: &mut Sql) {
        let Some(record) = &self.record else {
            return;
        };
        let of = |action: RowAction| self.shapes_that(|shape| shape.action == action);
        let named = [
            (of(RowAction::Delete), RowOutcome::Deleted),
            (of(RowAction::InsertIgnore), RowOutcome::Ignored),
        ];
        Record::push_rows(
            sql,
            |sql| {
                sql.push_syntax("CASE WHEN s.found = 0 THEN N'")
                    .push_syntax(letter(RowOutcome::Created));
                for (shapes, outcome) in named.iter().filter(|(shapes, _)| !shapes.is_empty()) {
                    sql.push_syntax("' WHEN s.found = 1");
                    self.push_of_shapes(sql, shapes);
                    sql.push_syntax(" THEN N'").push_syntax(letter(*outcome));
                }
                sql.push_syntax("' ELSE N'")
                    .push_syntax(letter(RowOutcome::Updated))
                    .push_syntax("' END");
            },
            |sql| {
                for (number, index) in self.reported().iter().enumerate() {
                    record.push_element(sql, &self.column(*index).ty, |sql| {
                        sql.push_syntax("s.o").push_number(number);
                    });
                }
            },
        );
        sql.push_syntax(MEANT).push_syntax(" AND (s.found = 1");
        if !self.shapes.inserting.is_empty() {
            sql.push_syntax(" OR s.found = 0");
            self.push_of_shapes(sql, &self.shapes.inserting);
        }
        sql.push_syntax(");\n");
        Record::push_rest(sql);
    }

    /// Keeps the request, before any of its rows is written, where it is not to act again.
    pub(super) fn push_request(&self, sql: &mut Sql) {
        if self.record.is_some() {
            Record::push_request_of_rows(sql, |sql| {
                sql.push_syntax(" FROM #upsertd AS s WHERE ")
                    .push_syntax(MEANT)
                    .push_syntax(";\n");
            });
        }
    }

    /// Counts what was done, in the batch's log row, which its first part makes.
    pub(super) fn push_counts(&self, sql: &mut Sql) {
        if self.journal.is_none() {
            return;
        }
        let goes = |shape: &RowShape| shape.action == RowAction::Delete;
        let counts = [
            ("@log_created", "s.found = 0", self.shapes.inserting.clone()),
            (
                "@log_updated",
                "s.found = 1",
                self.shapes_that(|shape| changes(shape) && !goes(shape)),
            ),
            (
                "@log_deleted",
                "s.found = 1",
                self.shapes_that(|shape| changes(shape) && goes(shape)),
            ),
        ];
        let counts: Vec<_> = counts.iter().filter(|(_, _, of)| !of.is_empty()).collect();
        if counts.is_empty() {
            return;
        }
        sql.push_syntax("SELECT ")
            .push_list(counts, ", ", |sql, (name, found, shapes)| {
                sql.push_syntax(name)
                    .push_syntax(" = COUNT(CASE WHEN ")
                    .push_syntax(found);
                self.push_of_shapes(sql, shapes);
                sql.push_syntax(" THEN 1 END)");
            })
            .push_syntax(" FROM #upsertd AS s WHERE ")
            .push_syntax(MEANT)
            .push_syntax(
                ";\nIF @log_created + @log_updated + @log_deleted > 0\nBEGIN\n\
                 UPDATE [dbo].[upsertd_log] WITH (UPDLOCK, SERIALIZABLE) SET [created] = [created] + @log_created, \
                 [updated] = [updated] + @log_updated, [deleted] = [deleted] + @log_deleted \
                 WHERE [log_id] = @log_id AND [step] = @log_step;\nIF @@ROWCOUNT = 0\nBEGIN\n",
            );
        Journal::push_log_row(sql, |sql| {
            sql.push_syntax("@log_created, @log_updated, @log_deleted");
        });
        sql.push_syntax("END;\nEND;\n");
    }
}
