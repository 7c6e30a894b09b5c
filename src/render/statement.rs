//! SQL text with its typed parameters, and the one builder that makes it. No unquoted name can get into the text, and
//! no value but a column's default, as a literal: the builder has no method for either.

use std::ops::Range;

use super::{
    guard::RowGuard,
    literal::{Style, Written},
    rows::RowStatement,
    schema::Fragment,
};
use crate::domain::{Expression, Name, SqlType, Value, plan::MatchRule, schema::DefaultValue};

/// One SQL statement, its parameters in order, and the types of the columns it returns.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    text: String,
    params: Vec<Param>,
    columns: Vec<SqlType>,
    target: Option<Name>,
    verdict: bool,
}

/// A bound value and the column type it is for.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// The value; `None` is NULL.
    pub value: Option<Value>,
    /// The type of the column it is written to or compared with.
    pub ty: SqlType,
}

impl Statement {
    /// A statement on the service's own tables, as it stands in a file of this program.
    #[must_use]
    pub fn fixed(text: &'static str, params: Vec<Param>, columns: Vec<SqlType>) -> Self {
        Self {
            text: text.to_owned(),
            params,
            columns,
            target: None,
            verdict: false,
        }
    }

    /// A statement for rows with values for its parameters.
    pub(super) fn of_rows(statement: RowStatement, params: Vec<Param>) -> Self {
        Self {
            text: statement.text,
            params,
            columns: statement.columns,
            target: statement.target,
            verdict: statement.verdict,
        }
    }

    /// Whether its last column says of each row that it wrote whether it is one that its writer may have.
    #[must_use]
    pub fn verdict(&self) -> bool {
        self.verdict
    }

    /// The SQL.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The parameters, first one first.
    #[must_use]
    pub fn params(&self) -> &[Param] {
        &self.params
    }

    /// The table it writes to itself, triggers aside; `None` when it only reads.
    #[must_use]
    pub fn target(&self) -> Option<&Name> {
        self.target.as_ref()
    }

    /// The types of the result's columns; empty when the statement returns no rows.
    #[must_use]
    pub fn columns(&self) -> &[SqlType] {
        &self.columns
    }
}

/// How one SQL dialect writes names and parameters.
pub trait Lexis {
    /// The characters that open and close a quoted name; the closing one is doubled inside it.
    const QUOTES: (char, char);
    /// What stands before a parameter's number, counted from 1.
    const PARAM_PREFIX: &'static str;
    /// How literals are written.
    const LITERALS: Style;
}

/// Builds a [`Statement`].
#[derive(Debug)]
pub struct SqlText<L> {
    statement: Statement,
    /// How many parameters come before its own.
    before: usize,
    /// What stands before the columns of a condition.
    alias: Option<&'static str>,
    lexis: std::marker::PhantomData<L>,
}

impl<L: Lexis> SqlText<L> {
    /// An empty text.
    #[must_use]
    pub fn new() -> Self {
        Self {
            statement: Statement {
                text: String::with_capacity(256),
                params: Vec::new(),
                columns: Vec::new(),
                target: None,
                verdict: false,
            },
            before: 0,
            alias: None,
            lexis: std::marker::PhantomData,
        }
    }

    /// An empty text of a statement that is run for rows, each of which has so many parameters; its own come after them.
    #[must_use]
    pub fn for_rows(parameters: usize) -> Self {
        Self {
            before: parameters,
            ..Self::new()
        }
    }

    /// Adds what a condition is about, with this alias before each of its columns.
    pub fn aliased(&mut self, alias: &'static str, push: impl FnOnce(&mut Self)) -> &mut Self {
        let outer = self.alias.replace(alias);
        push(self);
        self.alias = outer;
        self
    }

    /// Adds the name of a column that a condition is about.
    pub fn push_column(&mut self, name: &Name) -> &mut Self {
        if let Some(alias) = self.alias {
            self.statement.text.push_str(alias);
            self.statement.text.push('.');
        }
        self.push_name(name)
    }

    /// Adds text that stands in this program's source.
    pub fn push_syntax(&mut self, text: &'static str) -> &mut Self {
        self.statement.text.push_str(text);
        self
    }

    /// Adds a quoted name.
    pub fn push_name(&mut self, name: &Name) -> &mut Self {
        let (open, close) = L::QUOTES;
        let text = &mut self.statement.text;
        text.push(open);
        for c in name.as_str().chars() {
            if c == close {
                text.push(close);
            }
            text.push(c);
        }
        text.push(close);
        self
    }

    /// Adds a column's default as a literal.
    pub fn push_default(&mut self, value: &DefaultValue) -> &mut Self {
        let literal = Written::new(value, L::LITERALS);
        self.statement.text.push_str(literal.as_str());
        self
    }

    /// Adds a type's declaration, in T-SQL's words; what has none as Unicode text.
    pub fn push_declaration(&mut self, ty: &SqlType) -> &mut Self {
        match ty {
            // Its name comes from a database.
            SqlType::Other(_) => self.statement.text.push_str("nvarchar(max)"),
            declared => self.statement.text.push_str(&declared.to_string()),
        }
        self
    }

    /// Adds the quoted name of the table that the statement writes to.
    pub fn push_target(&mut self, name: &Name) -> &mut Self {
        self.statement.target = Some(name.clone());
        self.push_name(name)
    }

    /// Adds a parameter's placeholder and binds its value. Of a statement that is run for rows, the same value travels once
    /// however often it is asked for: what there is of one condition for each of its shapes has room beside theirs.
    pub fn push_param(&mut self, value: Option<Value>, ty: &SqlType) -> &mut Self {
        let ty = ty.clone();
        let param = Param { value, ty };
        let params = &mut self.statement.params;
        let known = params.iter().position(|known| *known == param);
        let place = known.filter(|_| self.before > 0).unwrap_or_else(|| {
            params.push(param);
            params.len() - 1
        });
        self.statement.text.push_str(L::PARAM_PREFIX);
        self.push_number(self.before + place + 1)
    }

    /// Adds the placeholder of a value of the row that a [`RowStatement`] is run for; positions count from 0.
    pub fn push_row_value(&mut self, position: usize) -> &mut Self {
        self.statement.text.push_str(L::PARAM_PREFIX);
        self.push_number(position + 1)
    }

    /// Adds a number that this program counts itself.
    pub fn push_number(&mut self, number: usize) -> &mut Self {
        self.statement.text.push_str(&number.to_string());
        self
    }

    /// Adds a piece of the database's own schema, closed in itself.
    pub fn push_expression(&mut self, expression: &Expression) -> &mut Self {
        self.statement.text.push('(');
        self.statement.text.push_str(expression.as_str());
        self.statement.text.push(')');
        self
    }

    /// Adds a length, a precision or a scale of a type's declaration.
    pub fn push_measure(&mut self, number: u16) -> &mut Self {
        self.statement.text.push_str(&number.to_string());
        self
    }

    /// Where the text ends now, for [`SqlText::push_again`].
    #[must_use]
    pub fn mark(&self) -> usize {
        self.statement.text.len()
    }

    /// Adds a piece of this text once more, with the same parameters: what stands between two marks.
    pub fn push_again(&mut self, piece: Range<usize>) -> &mut Self {
        self.statement.text.extend_from_within(piece);
        self
    }

    /// Adds the items with a separator between them.
    pub fn push_list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        separator: &'static str,
        mut push: impl FnMut(&mut Self, T),
    ) -> &mut Self {
        for (i, item) in items.into_iter().enumerate() {
            if i > 0 {
                self.push_syntax(separator);
            }
            push(self, item);
        }
        self
    }

    /// Ends a statement that is run for rows; `columns` are the types of what it returns.
    #[must_use]
    pub fn finish_row(self, columns: Vec<SqlType>) -> RowStatement {
        RowStatement {
            text: self.statement.text,
            columns,
            target: self.statement.target,
            params: self.statement.params,
            verdict: self.statement.verdict,
        }
    }

    /// Notes that the last column of what is returned says whether a row that was written may be had by its writer.
    pub fn judge(&mut self) -> &mut Self {
        self.statement.verdict = true;
        self
    }

    /// Ends a text that is a piece of a statement. It has no parameters.
    #[must_use]
    pub fn finish_fragment(self) -> Fragment {
        Fragment(self.statement.text)
    }

    /// Ends the statement; `columns` are the types of what it returns.
    #[must_use]
    pub fn finish(mut self, columns: Vec<SqlType>) -> Statement {
        self.statement.columns = columns;
        self.statement
    }
}

impl<L: Lexis> Default for SqlText<L> {
    fn default() -> Self {
        Self::new()
    }
}

/// A write, ready for an engine: one transaction, all or nothing. Either its steps, between which the engine
/// decides, or a script in which the database does.
#[derive(Debug, Clone, PartialEq)]
pub enum WriteBatch {
    /// One script that counts, decides, writes and reports. It returns one row: the matching rows (counted no
    /// further than the cap and one), the rows written, and the generated key.
    Script {
        /// The whole transaction.
        script: Statement,
        /// What it does when no row matches.
        otherwise: Otherwise,
        /// How many matching rows it may touch; `None` for an insert, which looks for none.
        rule: Option<MatchRule>,
    },
    /// Count, then update or insert.
    Upsert {
        /// Returns one integer: the matching rows, at most the cap and one.
        count: Statement,
        /// Updates the matching rows.
        update: Statement,
        /// Inserts one row and returns its generated key, if any; `None` when no insert is possible.
        insert: Option<Statement>,
        /// Between them.
        rule: MatchRule,
    },
    /// Count, then update.
    Update {
        /// Returns one integer: the matching rows, at most the cap and one.
        count: Statement,
        /// Updates the matching rows.
        update: Statement,
        /// Between them.
        rule: MatchRule,
    },
    /// A write that is made only if preconditions hold of the row it is about.
    Guarded {
        /// Looks at the row.
        guard: Box<RowGuard>,
        /// The write.
        write: Box<WriteBatch>,
    },
    /// Insert one row.
    Insert {
        /// Inserts it and returns its generated key, if any.
        insert: Statement,
    },
}

/// What a [`WriteBatch::Script`] does when no row matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Otherwise {
    /// It inserts one.
    Insert,
    /// It would have to insert one and cannot: nothing is written.
    Impossible,
    /// Nothing: it only updates.
    Nothing,
}

impl WriteBatch {
    /// How many matching rows it may touch; `None` for an insert, which looks for none.
    #[must_use]
    pub fn rule(&self) -> Option<MatchRule> {
        match self {
            Self::Script { rule, .. } => *rule,
            Self::Upsert { rule, .. } | Self::Update { rule, .. } => Some(*rule),
            Self::Guarded { write, .. } => write.rule(),
            Self::Insert { .. } => None,
        }
    }

    /// The same, made only if preconditions hold.
    #[must_use]
    pub fn guarded(self, guard: Option<Box<RowGuard>>) -> Self {
        match guard {
            Some(guard) => Self::Guarded {
                guard,
                write: Box::new(self),
            },
            None => self,
        }
    }
}
