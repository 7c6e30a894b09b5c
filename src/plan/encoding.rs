//! Text on its way into a column that is not Unicode: what the column's code page lacks would arrive as '?',
//! and what takes more bytes than the column has would be refused by the database.

use crate::domain::{
    Column, Length, SqlType, Value,
    code_page::Unencodable,
    coerce::{Misfit, at_most},
};

/// Passes a value on if the column's encoding holds all of it.
///
/// # Errors
/// [`Misfit::NotEncodable`] naming the first character that it lacks; [`Misfit::TooLong`].
pub(super) fn check_stored(value: Value, column: &Column) -> Result<Value, Misfit> {
    let (Value::Text(text), Some(page)) = (&value, column.code_page) else {
        return Ok(value);
    };
    let length = page.encoded_length(text).map_err(|why| {
        let number = page.number();
        Misfit::NotEncodable(match why {
            Unencodable::Missing(c) => {
                format!("the column's code page {number} has no '{c}'; leave it out, or make the column nvarchar")
            }
            Unencodable::UnknownPage(c) => format!(
                "only ASCII can be written to a column of code page {number}, and '{c}' is none; make the column nvarchar"
            ),
        })
    })?;
    let limit = match column.ty {
        SqlType::Char(limit) | SqlType::VarChar(Length::Limited(limit)) => usize::from(limit),
        _ => usize::MAX,
    };
    if length > limit {
        let fits = at_most(limit, "byte", "");
        return Err(Misfit::TooLong(format!(
            "{fits} in the column's code page {}; it has {length}",
            page.number()
        )));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CodePage, Default, Name};

    fn stored(text: &str, ty: &str, page: u16) -> Result<Value, Misfit> {
        let column = Column {
            name: Name::parse("c").unwrap(),
            ty: SqlType::parse(ty).unwrap(),
            nullable: true,
            default: Default::None,
            foreign_key: false,
            code_page: Some(CodePage::new(page, page)),
            default_expression: None,
        };
        check_stored(Value::Text(text.to_owned()), &column)
    }

    #[test]
    fn what_the_code_page_lacks_is_refused_by_name() {
        assert!(stored("Müller", "varchar(6)", 1252).is_ok());
        let misfit = stored("Ωmega", "varchar(30)", 1252).unwrap_err();
        assert!(misfit.to_string().contains("1252 has no 'Ω'"), "{misfit}");
    }

    #[test]
    fn bytes_are_counted_where_a_character_has_several() {
        assert!(stored("大阪", "varchar(4)", 932).is_ok());
        let misfit = stored("大阪市", "varchar(4)", 932).unwrap_err();
        assert!(misfit.to_string().contains("it has 6"), "{misfit}");
        assert!(stored("大阪", "varchar(5)", 65001).is_err());
    }
}
