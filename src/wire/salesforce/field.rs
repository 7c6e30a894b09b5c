//! A column as the API describes a field.

use serde::Serialize;
use serde_json::Value;

use super::caller;
use crate::domain::{Action, Column, ColumnIndex, Default, Entity, Length, SqlType};

/// A field.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(clippy::struct_excessive_bools)] // the vendor's
pub struct FieldDescription {
    name: String,
    label: String,
    #[serde(rename = "type")]
    ty: &'static str,
    soap_type: &'static str,
    length: u32,
    byte_length: u32,
    digits: u8,
    precision: u8,
    scale: u8,
    nillable: bool,
    createable: bool,
    updateable: bool,
    external_id: bool,
    unique: bool,
    id_lookup: bool,
    case_sensitive: bool,
    calculated: bool,
    auto_number: bool,
    defaulted_on_create: bool,
    custom: bool,
    filterable: bool,
    sortable: bool,
    groupable: bool,
    name_field: bool,
    deprecated_and_hidden: bool,
    restricted_picklist: bool,
    picklist_values: Vec<Value>,
    reference_to: Vec<String>,
    relationship_name: Option<String>,
    inline_help_text: Option<String>,
    default_value: Option<Value>,
}

/// The longest text that is one line and no text area.
const LONGEST_LINE: u32 = 255;

/// What `(max)` holds: 2 GiB of bytes.
const MAX_BYTES: u32 = 0x7FFF_FFFF;

impl FieldDescription {
    /// The record's id, which is no column.
    #[must_use]
    pub fn id() -> Self {
        Self {
            name: "Id".to_owned(),
            label: "Record ID".to_owned(),
            ty: "id",
            soap_type: "tns:ID",
            length: 18,
            byte_length: 18,
            unique: true,
            id_lookup: true,
            defaulted_on_create: true,
            ..Self::plain()
        }
    }

    fn plain() -> Self {
        Self {
            name: String::new(),
            label: String::new(),
            ty: "anyType",
            soap_type: "xsd:anyType",
            length: 0,
            byte_length: 0,
            digits: 0,
            precision: 0,
            scale: 0,
            nillable: false,
            createable: false,
            updateable: false,
            external_id: false,
            unique: false,
            id_lookup: false,
            case_sensitive: false,
            calculated: false,
            auto_number: false,
            defaulted_on_create: false,
            custom: false,
            filterable: false,
            sortable: false,
            groupable: false,
            name_field: false,
            deprecated_and_hidden: false,
            restricted_picklist: false,
            picklist_values: Vec::new(),
            reference_to: Vec::new(),
            relationship_name: None,
            inline_help_text: None,
            default_value: None,
        }
    }
}

/// Describes a column.
#[must_use]
pub fn describe(entity: &Entity, index: ColumnIndex) -> FieldDescription {
    let table = entity.table();
    let column = table.column(index);
    let key = caller::external_id(entity, column.name.as_str()).is_ok();
    let declared = entity.keys().external_ids().iter();
    let declared = declared.into_iter().any(|key| key.columns == [index]);
    let mut unfiltered = table.shown_unique_keys().filter(|key| !key.filtered);
    let unique = table.shown_key() == [index] || unfiltered.any(|key| key.columns == [index]);
    let writable = entity.writable(index);
    let (ty, soap_type) = type_names(column);
    let length = length(&column.ty);
    let (precision, scale) = digits(&column.ty);
    let whole = matches!(soap_type, "xsd:int" | "xsd:long");
    FieldDescription {
        name: column.name.as_str().to_owned(),
        label: column.name.as_str().to_owned(),
        ty,
        soap_type,
        length,
        byte_length: bytes(&column.ty, length),
        digits: if whole { precision } else { 0 },
        precision: if whole { 0 } else { precision },
        scale,
        nillable: column.nullable,
        createable: writable && entity.actions().allow(Action::Add),
        updateable: writable && entity.actions().allow(Action::Edit),
        external_id: declared,
        unique,
        id_lookup: key,
        calculated: column.default == Default::Computed,
        auto_number: column.default == Default::Identity,
        defaulted_on_create: column.default != Default::None || !writable,
        ..FieldDescription::plain()
    }
}

/// The API's name for a type, and that of the value on the wire.
fn type_names(column: &Column) -> (&'static str, &'static str) {
    match &column.ty {
        SqlType::Bit => ("boolean", "xsd:boolean"),
        SqlType::TinyInt | SqlType::SmallInt | SqlType::Int => ("int", "xsd:int"),
        SqlType::BigInt => ("long", "xsd:long"),
        SqlType::Money | SqlType::SmallMoney => ("currency", "xsd:double"),
        SqlType::Decimal { .. } | SqlType::Real | SqlType::Float => ("double", "xsd:double"),
        SqlType::Date => ("date", "xsd:date"),
        SqlType::Time { .. } => ("time", "xsd:time"),
        SqlType::SmallDateTime
        | SqlType::DateTime
        | SqlType::DateTime2 { .. }
        | SqlType::DateTimeOffset { .. } => ("datetime", "xsd:dateTime"),
        ty @ (SqlType::Char(_)
        | SqlType::NChar(_)
        | SqlType::VarChar(_)
        | SqlType::NVarChar(_)
        | SqlType::Text
        | SqlType::NText
        | SqlType::Xml) => {
            if length(ty) > LONGEST_LINE {
                ("textarea", "xsd:string")
            } else {
                ("string", "xsd:string")
            }
        }
        SqlType::UniqueIdentifier => ("string", "xsd:string"),
        SqlType::Binary(_) | SqlType::VarBinary(_) | SqlType::Image | SqlType::RowVersion => {
            ("base64", "xsd:base64Binary")
        }
        SqlType::Other(_) => ("anyType", "xsd:anyType"),
    }
}

/// The longest text, in characters; 0 for what is no text.
fn length(ty: &SqlType) -> u32 {
    match ty {
        SqlType::Char(n) | SqlType::NChar(n) => u32::from(*n),
        SqlType::VarChar(Length::Limited(n)) | SqlType::NVarChar(Length::Limited(n)) => {
            u32::from(*n)
        }
        SqlType::VarChar(Length::Max) | SqlType::Text => MAX_BYTES,
        SqlType::NVarChar(Length::Max) | SqlType::NText | SqlType::Xml => MAX_BYTES / 2,
        SqlType::UniqueIdentifier => 36,
        _ => 0,
    }
}

/// The longest text in bytes of UTF-8, which takes at most three for a UTF-16 code unit.
fn bytes(ty: &SqlType, length: u32) -> u32 {
    match ty {
        SqlType::UniqueIdentifier => length,
        _ => length.saturating_mul(3).min(MAX_BYTES),
    }
}

/// Digits in all and after the point; 0 for what is no number. Those of a float are the ones that it can always keep.
fn digits(ty: &SqlType) -> (u8, u8) {
    match ty {
        SqlType::Real => (6, 0),
        SqlType::Float => (15, 0),
        other => {
            let digits = other.precision_and_scale();
            digits.map_or((0, 0), |(precision, scale)| {
                (precision, scale.unwrap_or_default())
            })
        }
    }
}
