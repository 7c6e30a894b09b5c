//! SQL Server's types, which are the type system of every engine. Checks of values against them live
//! in `coerce`; this file only names and measures them.

use std::fmt;

/// The declared length of a variable-length type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Length {
    /// At most this many units: UTF-16 code units for `n…` types, characters or bytes for the others.
    Limited(u16),
    /// `(max)`.
    Max,
}

/// A column's type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // each variant is the T-SQL type of the same name
pub enum SqlType {
    Bit,
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    /// `decimal` and `numeric`: `precision` 1 to 38 digits in all, `scale` of them after the point.
    Decimal {
        precision: u8,
        scale: u8,
    },
    Money,
    SmallMoney,
    Real,
    Float,
    Date,
    /// `scale` 0 to 7 digits of a second's fraction, here and below.
    Time {
        scale: u8,
    },
    SmallDateTime,
    DateTime,
    DateTime2 {
        scale: u8,
    },
    DateTimeOffset {
        scale: u8,
    },
    Char(u16),
    NChar(u16),
    VarChar(Length),
    NVarChar(Length),
    Text,
    NText,
    Xml,
    UniqueIdentifier,
    Binary(u16),
    VarBinary(Length),
    Image,
    RowVersion,
    /// A type that has no exact form here (`sql_variant`, `geography`, …), by its name.
    Other(String),
}

impl SqlType {
    /// Reads a T-SQL declaration such as `decimal(12, 2)`; defaults are T-SQL's (`decimal` is
    /// `decimal(18,0)`, `datetime2` is `datetime2(7)`). `None` when the name is not a T-SQL type or
    /// its numbers are out of range.
    #[must_use]
    pub fn parse(declaration: &str) -> Option<Self> {
        let (name, args) = split_declaration(declaration)?;
        let number = |i: usize| args.get(i).and_then(|a| a.parse::<u16>().ok());
        let none = args.is_empty();
        let scale = |default: u8| match args.as_slice() {
            [] => Some(default),
            [_] => number(0)
                .and_then(|n| u8::try_from(n).ok())
                .filter(|n| *n <= 7),
            _ => None,
        };
        let fixed = |limit: u16| match args.as_slice() {
            [] => Some(1),
            [_] => number(0).filter(|n| (1..=limit).contains(n)),
            _ => None,
        };
        let variable = |limit: u16| match args.as_slice() {
            [a] if a == "max" => Some(Length::Max),
            _ => fixed(limit).map(Length::Limited),
        };
        let plain = |ty: Self| none.then_some(ty);
        match name.as_str() {
            "bit" => plain(Self::Bit),
            "tinyint" => plain(Self::TinyInt),
            "smallint" => plain(Self::SmallInt),
            "int" => plain(Self::Int),
            "bigint" => plain(Self::BigInt),
            "decimal" | "numeric" | "dec" => decimal(&args),
            "money" => plain(Self::Money),
            "smallmoney" => plain(Self::SmallMoney),
            "real" => plain(Self::Real),
            "float" => match (none, number(0)) {
                (true, _) | (_, Some(25..=53)) => Some(Self::Float),
                (_, Some(1..=24)) => Some(Self::Real),
                _ => None,
            },
            "date" => plain(Self::Date),
            "time" => scale(7).map(|scale| Self::Time { scale }),
            "smalldatetime" => plain(Self::SmallDateTime),
            "datetime" => plain(Self::DateTime),
            "datetime2" => scale(7).map(|scale| Self::DateTime2 { scale }),
            "datetimeoffset" => scale(7).map(|scale| Self::DateTimeOffset { scale }),
            "char" => fixed(8000).map(Self::Char),
            "nchar" => fixed(4000).map(Self::NChar),
            "varchar" => variable(8000).map(Self::VarChar),
            "nvarchar" => variable(4000).map(Self::NVarChar),
            "sysname" => plain(Self::NVarChar(Length::Limited(128))),
            "text" => plain(Self::Text),
            "ntext" => plain(Self::NText),
            "xml" => plain(Self::Xml),
            "uniqueidentifier" => plain(Self::UniqueIdentifier),
            "binary" => fixed(8000).map(Self::Binary),
            "varbinary" => variable(8000).map(Self::VarBinary),
            "image" => plain(Self::Image),
            "rowversion" | "timestamp" => plain(Self::RowVersion),
            "sql_variant" | "geography" | "geometry" | "hierarchyid" => plain(Self::Other(name)),
            _ => None,
        }
    }

    /// The type's bare T-SQL name, as Schema's `DBType` gives it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Bit => "bit",
            Self::TinyInt => "tinyint",
            Self::SmallInt => "smallint",
            Self::Int => "int",
            Self::BigInt => "bigint",
            Self::Decimal { .. } => "decimal",
            Self::Money => "money",
            Self::SmallMoney => "smallmoney",
            Self::Real => "real",
            Self::Float => "float",
            Self::Date => "date",
            Self::Time { .. } => "time",
            Self::SmallDateTime => "smalldatetime",
            Self::DateTime => "datetime",
            Self::DateTime2 { .. } => "datetime2",
            Self::DateTimeOffset { .. } => "datetimeoffset",
            Self::Char(_) => "char",
            Self::NChar(_) => "nchar",
            Self::VarChar(_) => "varchar",
            Self::NVarChar(_) => "nvarchar",
            Self::Text => "text",
            Self::NText => "ntext",
            Self::Xml => "xml",
            Self::UniqueIdentifier => "uniqueidentifier",
            Self::Binary(_) => "binary",
            Self::VarBinary(_) => "varbinary",
            Self::Image => "image",
            Self::RowVersion => "rowversion",
            Self::Other(name) => name,
        }
    }

    /// The declared length of a text or binary type, −1 for `(max)`; `None` for every other type.
    #[must_use]
    pub fn max_length(&self) -> Option<i32> {
        match self {
            Self::Char(n) | Self::NChar(n) | Self::Binary(n) => Some(i32::from(*n)),
            Self::VarChar(l) | Self::NVarChar(l) | Self::VarBinary(l) => Some(match l {
                Length::Limited(n) => i32::from(*n),
                Length::Max => -1,
            }),
            Self::Text | Self::NText | Self::Xml | Self::Image => Some(-1),
            Self::RowVersion => Some(8),
            _ => None,
        }
    }

    /// Decimal (for floats: binary) digits and digits after the point of a numeric type, as
    /// `INFORMATION_SCHEMA.COLUMNS` gives them.
    #[must_use]
    pub fn precision_and_scale(&self) -> Option<(u8, Option<u8>)> {
        match self {
            Self::TinyInt => Some((3, Some(0))),
            Self::SmallInt => Some((5, Some(0))),
            Self::Int => Some((10, Some(0))),
            Self::BigInt => Some((19, Some(0))),
            Self::Decimal { precision, scale } => Some((*precision, Some(*scale))),
            Self::Money => Some((19, Some(4))),
            Self::SmallMoney => Some((10, Some(4))),
            Self::Real => Some((24, None)),
            Self::Float => Some((53, None)),
            _ => None,
        }
    }

    /// Whether the column holds character data, so that LIKE and the empty string mean something.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(
            self,
            Self::Char(_)
                | Self::NChar(_)
                | Self::VarChar(_)
                | Self::NVarChar(_)
                | Self::Text
                | Self::NText
                | Self::Xml
        )
    }

    /// Whether its values can be told apart and put in order: XML, places on a map and the users' own CLR types
    /// cannot.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        match self {
            Self::Xml => false,
            Self::Other(name) => matches!(
                name.as_str(),
                "sql_variant" | "hierarchyid" | "sysname" | "string" | "json" | "jsonb" | "any"
            ),
            _ => true,
        }
    }

    /// Whether the column holds bytes: such a column is never returned by Get.
    #[must_use]
    pub fn is_binary(&self) -> bool {
        matches!(
            self,
            Self::Binary(_) | Self::VarBinary(_) | Self::Image | Self::RowVersion
        )
    }
}

impl fmt::Display for SqlType {
    /// The full declaration: `decimal(12,2)`, `nvarchar(max)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        match self {
            Self::Decimal { precision, scale } => write!(f, "{name}({precision},{scale})"),
            Self::Time { scale } | Self::DateTime2 { scale } | Self::DateTimeOffset { scale } => {
                write!(f, "{name}({scale})")
            }
            Self::Char(n) | Self::NChar(n) | Self::Binary(n) => write!(f, "{name}({n})"),
            Self::VarChar(l) | Self::NVarChar(l) | Self::VarBinary(l) => match l {
                Length::Limited(n) => write!(f, "{name}({n})"),
                Length::Max => write!(f, "{name}(max)"),
            },
            _ => f.write_str(name),
        }
    }
}

/// `"Decimal (12, 2)"` → `("decimal", ["12", "2"])`.
fn split_declaration(declaration: &str) -> Option<(String, Vec<String>)> {
    let text = declaration.trim().to_ascii_lowercase();
    let Some((name, rest)) = text.split_once('(') else {
        return (!text.is_empty()).then_some((text, Vec::new()));
    };
    let args = rest.strip_suffix(')')?;
    let args = args.split(',').map(|a| a.trim().to_owned()).collect();
    Some((name.trim_end().to_owned(), args))
}

fn decimal(args: &[String]) -> Option<SqlType> {
    let number = |a: &String| a.parse::<u8>().ok();
    let (precision, scale) = match args {
        [] => (18, 0),
        [p] => (number(p)?, 0),
        [p, s] => (number(p)?, number(s)?),
        _ => return None,
    };
    ((1..=38).contains(&precision) && scale <= precision)
        .then_some(SqlType::Decimal { precision, scale })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_read_back_as_they_were_written() {
        for text in [
            "bit",
            "decimal(38,10)",
            "nvarchar(max)",
            "varchar(8000)",
            "datetime2(3)",
            "datetimeoffset(0)",
            "binary(16)",
            "hierarchyid",
        ] {
            let ty = SqlType::parse(text).unwrap();
            assert_eq!(ty.to_string(), text);
        }
        assert_eq!(
            SqlType::parse(" Decimal ( 12 , 2 ) "),
            SqlType::parse("decimal(12,2)")
        );
    }

    #[test]
    fn numbers_out_of_range_are_no_type() {
        for text in [
            "decimal(39,0)",
            "decimal(5,6)",
            "nvarchar(4001)",
            "time(8)",
            "int(3)",
            "nonsense",
            "nvarchar(5",
        ] {
            assert_eq!(SqlType::parse(text), None, "{text}");
        }
    }
}
