//! T-SQL's DDL: a script that is one transaction. What has to be found out first, as the name of a default's constraint,
//! the script finds out itself. Names that stand in values are quoted as they are in the text.

use super::{
    Mssql, Sql, changed::Kept, declared::push_type, push_rows_seen, push_schema, push_table,
};
use crate::{
    domain::{
        ChangeNote, Entity, Length, Name, SqlType, Table, Value,
        schema::{
            AlterPlan, AlteredColumn, Change, CreatePlan, DropPlan, NewColumn, NewDefault, Now,
        },
    },
    render::{Statement, schema::SchemaBatch, statement::Lexis as _},
};

/// The longest key of an index, in bytes ("Maximum capacity specifications for SQL Server": bytes per index key).
const KEY_BYTES: u16 = 900;

/// Ends a script of which something does not hold that it asks for first: nothing is changed, nothing kept.
const REFUSED: &str =
    "IF @r <> 0\nBEGIN\nROLLBACK TRANSACTION;\nSELECT @r AS refused;\nRETURN;\nEND;\n";

/// The longest name that `sp_rename` and `OBJECT_ID` take.
const QUALIFIED: SqlType = SqlType::NVarChar(Length::Limited(1035));

pub(super) fn create(dialect: Mssql, plan: &CreatePlan, note: Option<&ChangeNote>) -> SchemaBatch {
    let long = |at: &&usize| is_unbounded(&plan.columns[**at].ty);
    let long = u16::try_from(plan.key.iter().filter(long).count()).unwrap_or(u16::MAX);
    let kept = Kept::of(dialect, note);
    let mut sql = begin(&kept);
    sql.push_syntax("CREATE TABLE ")
        .push_target(&plan.name)
        .push_syntax(" (");
    for (at, column) in plan.columns.iter().enumerate() {
        if at > 0 {
            sql.push_syntax(", ");
        }
        let in_key = plan.key.contains(&at);
        sql.push_name(&column.name).push_syntax(" ");
        match &column.ty {
            ty if in_key && is_unbounded(ty) => push_key_type(&mut sql, ty, long),
            ty => push_exact(&mut sql, ty),
        }
        if in_key && plan.counted {
            sql.push_syntax(" IDENTITY(1,1)");
        }
        push_rest(&mut sql, column);
    }
    if !plan.key.is_empty() {
        sql.push_syntax(", PRIMARY KEY (")
            .push_list(&plan.key, ", ", |sql, at| {
                sql.push_name(&plan.columns[*at].name);
            })
            .push_syntax(")");
    }
    finish(sql, ");\n", &kept)
}

pub(super) fn alter(dialect: Mssql, plan: &AlterPlan, note: Option<&ChangeNote>) -> SchemaBatch {
    let table = plan.entity.table();
    let kept = Kept::of(dialect, note);
    let mut sql = begin(&kept);
    for change in &plan.changes {
        match change {
            Change::Add(column) => {
                push_alter(&mut sql, table);
                sql.push_syntax(" ADD ")
                    .push_name(&column.name)
                    .push_syntax(" ");
                push_exact(&mut sql, &column.ty);
                push_rest(&mut sql, column);
                sql.push_syntax(";\n");
            }
            Change::Rename { column, to, .. } => {
                sql.push_syntax("EXEC sp_rename ");
                push_value(&mut sql, qualified(table, Some(column)));
                sql.push_syntax(", ");
                push_value(&mut sql, to.as_str().to_owned());
                sql.push_syntax(", N'COLUMN';\n");
            }
            Change::Drop { column, .. } => {
                push_drop_default(&mut sql, table, column);
                push_alter(&mut sql, table);
                sql.push_syntax(" DROP COLUMN ")
                    .push_name(column)
                    .push_syntax(";\n");
            }
            Change::Alter(altered) => push_altered(&mut sql, table, altered),
            Change::RenameTable { to } => {
                sql.push_syntax("EXEC sp_rename ");
                push_value(&mut sql, qualified(table, None));
                sql.push_syntax(", ");
                push_value(&mut sql, to.as_str().to_owned());
                sql.push_syntax(", N'OBJECT';\n");
            }
        }
    }
    finish(sql, "", &kept)
}

pub(super) fn drop(dialect: Mssql, plan: &DropPlan, note: Option<&ChangeNote>) -> SchemaBatch {
    let table = plan.entity.table();
    let kept = Kept::of(dialect, note);
    let mut sql = begin(&kept);
    if plan.only_empty {
        sql.push_syntax("IF EXISTS (SELECT 1 FROM ");
        push_table(&mut sql, table);
        sql.push_syntax(" WITH (TABLOCKX, HOLDLOCK)) SET @r = 1;\n")
            .push_syntax(REFUSED);
    }
    sql.push_syntax("DROP TABLE ");
    push_schema(&mut sql, table);
    sql.push_target(&table.name);
    finish(sql, ";\n", &kept)
}

pub(super) fn details(table: &Table) -> Statement {
    let mut sql = Sql::new();
    sql.push_syntax(
        "SELECT c.name, d.definition, OBJECT_NAME(f.referenced_object_id), \
         COL_NAME(f.referenced_object_id, f.referenced_column_id) FROM sys.columns AS c \
         LEFT JOIN sys.default_constraints AS d ON d.parent_object_id = c.object_id AND d.parent_column_id = c.column_id \
         LEFT JOIN sys.foreign_key_columns AS f ON f.parent_object_id = c.object_id AND f.parent_column_id = c.column_id \
         WHERE c.object_id = OBJECT_ID(",
    );
    push_value(&mut sql, qualified(table, None));
    sql.push_syntax(") ORDER BY c.column_id");
    sql.finish(vec![SqlType::NVarChar(Length::Max); 4])
}

pub(super) fn row_count(entity: &Entity) -> Statement {
    let mut sql = Sql::new();
    sql.push_syntax("SELECT COUNT_BIG(*) FROM ");
    push_table(&mut sql, entity.table());
    push_rows_seen(&mut sql, entity);
    sql.finish(vec![SqlType::BigInt])
}

/// The session's settings and the transaction, as every script that writes has them; under SNAPSHOT no table could be
/// changed.
fn begin(kept: &Kept<'_>) -> Sql {
    let mut sql = Sql::new();
    sql.push_syntax(
        "SET NOCOUNT, XACT_ABORT ON;\nSET CONTEXT_INFO 0x00;\nSET TRANSACTION ISOLATION LEVEL READ COMMITTED;\n\
         DECLARE @r int = 0, @sql nvarchar(max), @def nvarchar(max);\n",
    );
    kept.push_bound(&mut sql);
    sql.push_syntax("BEGIN TRY\nBEGIN TRANSACTION;\n");
    kept.push_before(&mut sql);
    sql
}

fn finish(mut sql: Sql, ending: &'static str, kept: &Kept<'_>) -> SchemaBatch {
    sql.push_syntax(ending);
    kept.push_after(&mut sql);
    sql.push_syntax(
        "SET CONTEXT_INFO 0x01;\nCOMMIT TRANSACTION;\nEND TRY\n\
         BEGIN CATCH\nIF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;\nTHROW;\nEND CATCH;\n\
         SELECT @r AS refused;",
    );
    SchemaBatch::Script(sql.finish(vec![SqlType::Int]))
}

fn push_alter(sql: &mut Sql, table: &Table) {
    sql.push_syntax("ALTER TABLE ");
    push_schema(sql, table);
    sql.push_target(&table.name);
}

/// What follows a column's type: NULL, default and reference.
fn push_rest(sql: &mut Sql, column: &NewColumn) {
    sql.push_syntax(if column.nullable {
        " NULL"
    } else {
        " NOT NULL"
    });
    if let Some(default) = &column.default {
        sql.push_syntax(" DEFAULT (");
        push_default(sql, default);
        sql.push_syntax(")");
    }
    if let Some(reference) = &column.references {
        sql.push_syntax(" REFERENCES ");
        if let Some(schema) = &reference.schema {
            sql.push_name(schema).push_syntax(".");
        }
        sql.push_name(&reference.table)
            .push_syntax(" (")
            .push_name(&reference.column)
            .push_syntax(")");
    }
}

fn push_default(sql: &mut Sql, default: &NewDefault) {
    match default {
        NewDefault::Value(value) => {
            sql.push_default(value);
        }
        NewDefault::Now(now) => {
            sql.push_syntax(match now {
                Now::Timestamp => "CONVERT(nvarchar(19), SYSUTCDATETIME(), 120)",
                Now::Date => "CONVERT(nvarchar(10), SYSUTCDATETIME(), 23)",
                // Of a time alone: with a date before it, Babelfish does not know the style.
                Now::Time => "CONVERT(nvarchar(8), CAST(SYSUTCDATETIME() AS time), 108)",
                Now::UnixSeconds => "DATEDIFF_BIG(second, '19700101', SYSUTCDATETIME())",
                Now::UnixMilliseconds => "DATEDIFF_BIG(millisecond, '19700101', SYSUTCDATETIME())",
            });
        }
    }
}

/// Ends the script where values would not be the same in the new type: the server cuts fractions off, rounds a number that
/// becomes a text, and takes a blank text for 0. The statement is made at run time, because a batch that names a column
/// which it has just renamed is not taken.
fn push_misfits(sql: &mut Sql, table: &Table, altered: &AlteredColumn) {
    sql.push_syntax("SELECT @sql = N'IF EXISTS (SELECT 1 FROM (SELECT ' + ");
    push_value(sql, quoted(&altered.column));
    sql.push_syntax(" + N' AS v FROM ' + ");
    push_value(sql, qualified(table, None));
    sql.push_syntax(" + N' WITH (TABLOCKX, HOLDLOCK)) AS t WHERE v IS NOT NULL");
    let (was, ty) = (&altered.was, &altered.ty);
    if was.is_text() && !ty.is_text() {
        sql.push_syntax(" AND CASE WHEN LTRIM(v) <> N'''' AND TRY_CONVERT(");
        push_exact(sql, ty);
        sql.push_syntax(", v) IS NOT NULL THEN 0 ELSE 1 END = 1");
    } else if was.is_binary() == ty.is_binary() {
        sql.push_syntax(" AND CASE WHEN TRY_CONVERT(");
        push_exact(sql, was);
        sql.push_syntax(", TRY_CONVERT(");
        push_exact(sql, ty);
        sql.push_syntax(", v)) = v THEN 0 ELSE 1 END = 1");
    }
    sql.push_syntax(") SET @r = 2';\nEXEC sp_executesql @sql, N'@r int OUTPUT', @r = @r OUTPUT;\n")
        .push_syntax(REFUSED);
}

/// Takes a column's default away, whose constraint has a name that the server chose; `@def` is its text then.
fn push_drop_default(sql: &mut Sql, table: &Table, column: &Name) {
    sql.push_syntax("SELECT @sql = NULL, @def = NULL;\nSELECT @sql = N'ALTER TABLE ' + ");
    push_value(sql, qualified(table, None));
    sql.push_syntax(
        " + N' DROP CONSTRAINT ' + QUOTENAME(d.name), @def = d.definition FROM sys.default_constraints AS d \
         JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id \
         WHERE d.parent_object_id = OBJECT_ID(",
    );
    push_value(sql, qualified(table, None));
    sql.push_syntax(") AND c.name = ");
    push_value(sql, column.as_str().to_owned());
    sql.push_syntax(";\nIF @sql IS NOT NULL EXEC sp_executesql @sql;\n");
}

fn push_altered(sql: &mut Sql, table: &Table, altered: &AlteredColumn) {
    if altered.retyped {
        push_misfits(sql, table, altered);
    }
    push_drop_default(sql, table, &altered.column);
    if altered.retyped {
        push_alter(sql, table);
        sql.push_syntax(" ALTER COLUMN ")
            .push_name(&altered.column)
            .push_syntax(" ");
        push_exact(sql, &altered.ty);
        // Without a word the column may be NULL; Babelfish takes no word.
        if altered.renulled || !altered.nullable {
            sql.push_syntax(nullability(altered));
        }
        sql.push_syntax(";\n");
    } else if altered.renulled {
        // The text's collation would be the database's from now on if it were not named.
        sql.push_syntax("SELECT @sql = N'ALTER TABLE ' + ");
        push_value(sql, qualified(table, None));
        sql.push_syntax(" + N' ALTER COLUMN ' + ");
        push_value(sql, quoted(&altered.column));
        sql.push_syntax(" + N' ");
        push_exact(sql, &altered.ty);
        sql.push_syntax("' + COALESCE(N' COLLATE ' + c.collation_name, N'') + N'")
            .push_syntax(nullability(altered))
            .push_syntax("' FROM sys.columns AS c WHERE c.object_id = OBJECT_ID(");
        push_value(sql, qualified(table, None));
        sql.push_syntax(") AND c.name = ");
        push_value(sql, altered.column.as_str().to_owned());
        sql.push_syntax(";\nEXEC sp_executesql @sql;\n");
    }
    match &altered.default {
        None => {
            sql.push_syntax("IF @def IS NOT NULL\nBEGIN\nSET @sql = N'ALTER TABLE ' + ");
            push_value(sql, qualified(table, None));
            sql.push_syntax(" + N' ADD DEFAULT ' + @def + N' FOR ' + ");
            push_value(sql, quoted(&altered.column));
            sql.push_syntax(";\nEXEC sp_executesql @sql;\nEND;\n");
        }
        Some(None) => {}
        Some(Some(default)) => {
            push_alter(sql, table);
            sql.push_syntax(" ADD DEFAULT (");
            push_default(sql, default);
            sql.push_syntax(") FOR ")
                .push_name(&altered.column)
                .push_syntax(";\n");
        }
    }
}

fn nullability(altered: &AlteredColumn) -> &'static str {
    if altered.nullable {
        " NULL"
    } else {
        " NOT NULL"
    }
}

/// Adds a type as it is: `varchar` is not widened to Unicode.
fn push_exact(sql: &mut Sql, ty: &SqlType) {
    match ty {
        SqlType::Char(_) | SqlType::NChar(_) | SqlType::VarChar(_) | SqlType::NVarChar(_) => {
            sql.push_declaration(ty);
        }
        other => push_type(sql, other),
    }
}

fn is_unbounded(ty: &SqlType) -> bool {
    matches!(
        ty,
        SqlType::NVarChar(Length::Max) | SqlType::VarBinary(Length::Max)
    )
}

/// A type of a length that an index takes, the key being shared by so many of them.
fn push_key_type(sql: &mut Sql, ty: &SqlType, sharing: u16) {
    let bytes = KEY_BYTES / sharing.max(1);
    let bounded = match ty {
        SqlType::VarBinary(_) => SqlType::VarBinary(Length::Limited(bytes.max(1))),
        _ => SqlType::NVarChar(Length::Limited((bytes / 2).max(1))),
    };
    sql.push_declaration(&bounded);
}

fn push_value(sql: &mut Sql, text: String) {
    sql.push_param(Some(Value::Text(text)), &QUALIFIED);
}

/// `[dbo].[t]`, or with a column `[dbo].[t].[c]`.
fn qualified(table: &Table, column: Option<&Name>) -> String {
    let names = table.schema.iter().chain([&table.name]).chain(column);
    names.map(quoted).collect::<Vec<_>>().join(".")
}

fn quoted(name: &Name) -> String {
    let (open, close) = Mssql::QUOTES;
    let doubled = name.as_str().replace(close, &format!("{close}{close}"));
    format!("{open}{doubled}{close}")
}
