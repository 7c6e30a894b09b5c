//! Rows that are inserted, and how their own keys come to be known: a row that is found by a key is asked afterwards,
//! one that is not is told here.

use super::{
    ColumnIndex, Default, MEANT, Renderer, RowShape, Sql, looks, push_staged, push_target,
    sets_identity,
    write::{COUNT, OF_ROUND},
};

impl Renderer<'_> {
    pub(super) fn push_insert(
        &self,
        sql: &mut Sql,
        number: usize,
        shape: &RowShape,
        columns: &[ColumnIndex],
    ) {
        let identity = sets_identity(shape, self.table);
        if identity {
            // Only where it comes to one: it takes more rights than the insert.
            sql.push_syntax("IF EXISTS (SELECT 1 AS x FROM #upsertd AS s WHERE ");
            self.push_to_insert(sql, number);
            sql.push_syntax(")\nBEGIN\nSET @counted = 1;\n");
            self.push_identity_insert(sql, "ON");
        }
        // Rows that are found by a key are asked for theirs afterwards.
        let own: &[ColumnIndex] = if looks(shape) { &[] } else { &self.own };
        let made: Vec<_> = own.iter().filter(|c| !columns.contains(c)).collect();
        match made.as_slice() {
            _ if columns.is_empty() => self.push_insert_each(sql, number, columns, own),
            [] => {
                self.push_insert_into(sql, columns);
                self.push_told_output(sql, shape);
                self.push_staged_rows(sql, number, columns);
                self.push_own_as_staged(sql, number, own);
            }
            [only] if self.column(**only).default == Default::Identity => {
                self.push_insert_counted(sql, number, columns, **only);
                let own: Vec<_> = own.iter().filter(|c| *c != *only).copied().collect();
                self.push_own_as_staged(sql, number, &own);
            }
            _ => self.push_insert_each(sql, number, columns, own),
        }
        self.push_told_rows(sql, number, shape);
        if identity {
            self.push_identity_insert(sql, "OFF");
            sql.push_syntax("SET @counted = 0;\nEND;\n");
        }
    }

    /// `INSERT INTO … (…)`
    fn push_insert_into(&self, sql: &mut Sql, columns: &[ColumnIndex]) {
        sql.push_syntax("INSERT INTO ");
        push_target(sql, &self.plan.entity);
        if columns.is_empty() {
            return;
        }
        sql.push_syntax(" (")
            .push_list(columns, ", ", |sql, index| {
                sql.push_name(&self.column(*index).name);
            })
            .push_syntax(")");
    }

    fn push_staged_rows(&self, sql: &mut Sql, number: usize, columns: &[ColumnIndex]) {
        push_values(sql, columns);
        self.push_to_insert(sql.push_syntax(" WHERE "), number);
        sql.push_syntax(" ORDER BY s.number;\n").push_syntax(COUNT);
    }

    /// Numbers that the database counts up follow the order of the rows, so the one's n-th is the other's.
    fn push_insert_counted(
        &self,
        sql: &mut Sql,
        number: usize,
        columns: &[ColumnIndex],
        counted: ColumnIndex,
    ) {
        let place = self.own.iter().position(|c| *c == counted).unwrap_or(0);
        self.push_insert_into(sql, columns);
        sql.push_syntax(" OUTPUT inserted.")
            .push_name(&self.column(counted).name)
            .push_syntax(" INTO @made (o")
            .push_number(place)
            .push_syntax(")");
        self.push_staged_rows(sql, number, columns);
        // They may be counted down: then the last one is the least.
        sql.push_syntax("SET @number = CASE WHEN SCOPE_IDENTITY() = (SELECT MIN(o")
            .push_number(place)
            .push_syntax(") FROM @made) THEN -1 ELSE 1 END;\nUPDATE s SET o")
            .push_number(place)
            .push_syntax(" = m.o")
            .push_number(place)
            .push_syntax(
                " FROM #upsertd AS s JOIN (SELECT s.number, ROW_NUMBER() OVER (ORDER BY s.number) AS nth \
                 FROM #upsertd AS s WHERE ",
            );
        self.push_to_insert(sql, number);
        sql.push_syntax(") AS q ON q.number = s.number JOIN (SELECT o")
            .push_number(place)
            .push_syntax(", ROW_NUMBER() OVER (ORDER BY o")
            .push_number(place)
            .push_syntax(
                " * @number) AS nth FROM @made) AS m ON m.nth = q.nth;\nDELETE FROM @made;\n",
            );
    }

    /// One row after the other: nothing else tells which row has been given which key.
    fn push_insert_each(
        &self,
        sql: &mut Sql,
        number: usize,
        columns: &[ColumnIndex],
        own: &[ColumnIndex],
    ) {
        sql.push_syntax("SELECT @number = MIN(s.number) FROM #upsertd AS s WHERE ");
        self.push_to_insert(sql, number);
        sql.push_syntax(";\nWHILE @number IS NOT NULL\nBEGIN\n");
        self.push_insert_into(sql, columns);
        self.push_told_output(sql, &self.plan.shapes[number]);
        if !own.is_empty() {
            sql.push_syntax(" OUTPUT ")
                .push_list(own, ", ", |sql, index| {
                    sql.push_syntax("inserted.");
                    self.push_told(sql, *index);
                })
                .push_syntax(" INTO @made (");
            self.push_own_list(sql);
            sql.push_syntax(")");
        }
        if columns.is_empty() {
            sql.push_syntax(" DEFAULT VALUES;\n");
        } else {
            push_values(sql, columns);
            sql.push_syntax(" WHERE s.number = @number;\n");
        }
        sql.push_syntax(COUNT);
        if !own.is_empty() {
            sql.push_syntax("UPDATE s SET ")
                .push_list(0..own.len(), ", ", |sql, number| {
                    sql.push_syntax("o")
                        .push_number(number)
                        .push_syntax(" = m.o")
                        .push_number(number);
                })
                .push_syntax(
                    " FROM #upsertd AS s CROSS JOIN @made AS m WHERE s.number = @number;\nDELETE FROM @made;\n",
                );
        }
        sql.push_syntax(
            "SELECT @number = MIN(s.number) FROM #upsertd AS s WHERE s.number > @number AND ",
        );
        self.push_to_insert(sql, number);
        sql.push_syntax(";\nEND;\n");
    }

    /// Own keys that the rows gave themselves.
    fn push_own_as_staged(&self, sql: &mut Sql, number: usize, given: &[ColumnIndex]) {
        if given.is_empty() {
            return;
        }
        sql.push_syntax("UPDATE s SET ")
            .push_list(given, ", ", |sql, index| {
                let place = self.own.iter().position(|c| c == index).unwrap_or(0);
                sql.push_syntax("o").push_number(place).push_syntax(" = ");
                push_staged(sql.push_syntax("s."), *index);
            })
            .push_syntax(" FROM #upsertd AS s WHERE ");
        self.push_to_insert(sql, number);
        sql.push_syntax(";\n");
    }

    pub(super) fn push_to_insert(&self, sql: &mut Sql, shape: usize) {
        sql.push_syntax(MEANT).push_syntax(OF_ROUND);
        self.push_of_shapes(sql, &[shape]);
        sql.push_syntax(" AND s.found = 0");
    }

    fn push_own_list(&self, sql: &mut Sql) {
        sql.push_list(0..self.own.len(), ", ", |sql, number| {
            sql.push_syntax("o").push_number(number);
        });
    }
}

/// ` SELECT … FROM #upsertd AS s`
fn push_values(sql: &mut Sql, columns: &[ColumnIndex]) {
    sql.push_syntax("\nSELECT ")
        .push_list(columns, ", ", |sql, index| {
            push_staged(sql.push_syntax("s."), *index);
        })
        .push_syntax(" FROM #upsertd AS s");
}
