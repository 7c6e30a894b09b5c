//! What a write has come to, kept with it in its transaction, so that a request that is made again does not act again:
//! rows of `upsertd_idempotency_steps`, each of which is there once. In what form is said in `domain::once`.

use super::{
    Mssql, Sql,
    journal::image,
    variables::{self, Variable},
};
use crate::{
    domain::{ChangeMemory, ChangeNote, Deed, Note, SqlType, Value, deed::Once, once::Outcome},
    render::Param,
};

/// The record of a write.
pub(super) struct Record<'n> {
    dialect: Mssql,
    deed: &'n Deed,
    step: u32,
    once: &'n Once,
}

/// Its values, as variables of the script: each with its declared type.
const VARIABLES: [Variable; 4] = [
    ("@once_key", "binary(32)"),
    ("@once_client", "nvarchar(256)"),
    ("@once_fingerprint", "binary(32)"),
    ("@once_step", "int"),
];

/// The request, unless it has its answer already, and then the beginning of what a write of it has come to.
const REQUEST: &str = "IF EXISTS (SELECT 1 AS x FROM [dbo].[upsertd_idempotency] WITH (UPDLOCK, SERIALIZABLE) \
     WHERE [key_hash] = @once_key AND [status] IS NOT NULL)\nBEGIN\n\
     THROW 1875001404, N'The request has its answer already.', 1;\nEND;\nINSERT INTO [dbo].[upsertd_idempotency] ([key_hash], [client], [fingerprint], [at])\n\
     SELECT @once_key, @once_client, @once_fingerprint, SYSUTCDATETIME() WHERE NOT EXISTS (SELECT 1 AS x \
     FROM [dbo].[upsertd_idempotency] WITH (UPDLOCK, SERIALIZABLE) WHERE [key_hash] = @once_key);\n";
/// The places of what a write comes to are taken before it writes: a second one of the same request waits there for the
/// first one's end, and not in front of what that has written.
const PLACE: &str = "INSERT INTO [dbo].[upsertd_idempotency_steps] ([key_hash], [step], [part], [outcome])\n\
     SELECT @once_key, @once_step, ";
const STEP: &str = "UPDATE [dbo].[upsertd_idempotency_steps] SET [outcome] = ";
const OF_STEP: &str = " WHERE [key_hash] = @once_key AND [step] = @once_step AND [part] = 0;\n";

impl<'n> Record<'n> {
    /// The record of a write with this note; `None` where the request may act again.
    pub(super) fn of(dialect: Mssql, note: Option<&'n Note>) -> Option<Self> {
        let note = note?;
        let once = note.deed.once.as_ref()?;
        Some(Self {
            dialect,
            deed: &note.deed,
            step: note.step,
            once,
        })
    }

    /// The record of a change of tables; `None` where the request may make it again, or is not to be remembered.
    pub(super) fn of_change(dialect: Mssql, note: &'n ChangeNote) -> Option<Self> {
        let once = note.deed.once.as_ref()?;
        (note.memory != ChangeMemory::None).then_some(Self {
            dialect,
            deed: &note.deed,
            step: Deed::CHANGE,
            once,
        })
    }

    /// The values that its variables are declared with, in their order.
    pub(super) fn values(&self) -> Vec<Param> {
        let param = |value, ty| Param {
            value: Some(value),
            ty,
        };
        let hash = |hash: &[u8; 32]| param(Value::Binary(hash.to_vec()), SqlType::Binary(32));
        let text = SqlType::NVarChar(crate::domain::Length::Max);
        vec![
            hash(&self.once.key),
            param(Value::Text(self.deed.client.to_string()), text),
            hash(&self.once.fingerprint),
            param(Value::Int(self.step.into()), SqlType::Int),
        ]
    }

    /// Declares the variables with parameters of the statement's own.
    pub(super) fn push_bound(&self, sql: &mut Sql) {
        variables::push_bound(sql, &VARIABLES, self.values());
    }

    /// Declares the variables with the parameters from a position on (from 0).
    pub(super) fn push_placed(&self, sql: &mut Sql, position: usize) {
        variables::push_placed(sql, &VARIABLES, self.values(), position);
    }

    /// Keeps the request itself, and takes the place of its write.
    pub(super) fn push_request(sql: &mut Sql) {
        sql.push_syntax(REQUEST)
            .push_syntax(PLACE)
            .push_syntax("0, N'';\n");
    }

    /// Keeps the request itself, and takes the places of its rows; `from` adds where they come from.
    pub(super) fn push_request_of_rows(sql: &mut Sql, from: impl FnOnce(&mut Sql)) {
        sql.push_syntax(REQUEST)
            .push_syntax(PLACE)
            .push_syntax("s.number, N''");
        from(sql);
    }

    /// Keeps that a row was inserted; `generated` is the type of the key that is reported, and adds it.
    pub(super) fn push_inserted(
        &self,
        sql: &mut Sql,
        generated: Option<(&SqlType, impl FnOnce(&mut Sql))>,
    ) {
        sql.push_syntax(STEP).push_syntax("N'[\"inserted\",' + ");
        match generated.filter(|(ty, _)| image::travels(self.dialect, ty)) {
            Some((ty, push)) => {
                sql.push_syntax("COALESCE(");
                self.push_value(sql, ty, push);
                sql.push_syntax(", N'null')");
            }
            None => {
                sql.push_syntax("N'null'");
            }
        }
        sql.push_syntax(" + N']'").push_syntax(OF_STEP);
    }

    /// Keeps that rows were updated.
    pub(super) fn push_updated(sql: &mut Sql) {
        sql.push_syntax(STEP)
            .push_syntax("N'[\"updated\",' + CAST(@a AS nvarchar(20)) + N']'")
            .push_syntax(OF_STEP);
    }

    /// Keeps what is known before it is done.
    pub(super) fn push_known(sql: &mut Sql, outcome: &Outcome) {
        let text = SqlType::NVarChar(crate::domain::Length::Max);
        sql.push_syntax(STEP)
            .push_param(Some(Value::Text(outcome.0.to_string())), &text)
            .push_syntax(OF_STEP);
    }

    /// Forgets what was kept.
    pub(super) fn push_forget(sql: &mut Sql) {
        sql.push_syntax("DELETE FROM [dbo].[upsertd_idempotency_steps]")
            .push_syntax(OF_STEP);
    }

    /// Begins to keep what became of rows, each by itself: up to the condition that tells which.
    pub(super) fn push_rows(
        sql: &mut Sql,
        letter: impl FnOnce(&mut Sql),
        key: impl FnOnce(&mut Sql),
    ) {
        sql.push_syntax("UPDATE o SET outcome = ")
            .push_syntax("N'[\"rows\",[' + CAST(s.number AS nvarchar(20)) + N',\"' + ");
        letter(sql);
        key(sql.push_syntax(" + N'\"'"));
        sql.push_syntax(
            " + N']]' FROM #upsertd AS s JOIN [dbo].[upsertd_idempotency_steps] AS o ON o.part = s.number \
             WHERE o.key_hash = @once_key AND o.step = @once_step AND ",
        );
    }

    /// Gives the places of rows back that were not done.
    pub(super) fn push_rest(sql: &mut Sql) {
        sql.push_syntax(
            "DELETE FROM [dbo].[upsertd_idempotency_steps] WHERE [key_hash] = @once_key AND [step] = @once_step \
             AND [outcome] = N'' AND [part] BETWEEN @P1 AND @P2;\n",
        );
    }

    /// Adds a value of a row's own key, as an element of an array after others.
    pub(super) fn push_element(&self, sql: &mut Sql, ty: &SqlType, push: impl FnOnce(&mut Sql)) {
        sql.push_syntax(" + N',' + ");
        if image::travels(self.dialect, ty) {
            sql.push_syntax("COALESCE(");
            self.push_value(sql, ty, push);
            sql.push_syntax(", N'null')");
        } else {
            sql.push_syntax("N'null'");
        }
    }

    fn push_value(&self, sql: &mut Sql, ty: &SqlType, push: impl FnOnce(&mut Sql)) {
        sql.push_syntax("N'\"' + ");
        image::push_text(sql, self.dialect, ty, push);
        sql.push_syntax(" + N'\"'");
    }
}
