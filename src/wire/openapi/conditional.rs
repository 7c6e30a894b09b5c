//! How the document describes the operations on one row that take `If-Match` and `If-None-Match`, or tell an `ETag`.

use poem_openapi::{
    registry::{MetaHeader, MetaOperationParam, MetaParamIn},
    types::Type,
};

use crate::wire::operation::Doc;

/// What an operation has to do with the tags of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Conditional {
    /// It reads one row, and says less of one that is known already.
    Read,
    /// It may read one row.
    Tagged,
    /// It may write one row.
    Write,
}

use Conditional::{Read, Tagged, Write};

const OPERATIONS: [(&str, Conditional); 28] = [
    ("get", Tagged),
    ("upsert", Write),
    ("upsertMany", Write),
    ("update", Write),
    ("add", Write),
    ("datasetteRow", Read),
    ("datasetteUpsert", Write),
    ("datasetteInsert", Write),
    ("datasetteUpdate", Write),
    ("datasetteDelete", Write),
    ("socrataRow", Read),
    ("socrataRowPlain", Read),
    ("socrataUpsert", Write),
    ("socrataUpsertCsv", Write),
    ("socrataUpsertPlain", Write),
    ("socrataUpsertRow", Write),
    ("socrataUpsertRowPlain", Write),
    ("socrataDeleteRow", Write),
    ("socrataDeleteRowPlain", Write),
    ("sobjectRead", Read),
    ("sobjectReadByExternalId", Read),
    ("sobjectsUpsert", Write),
    ("sobjectUpsert", Write),
    ("sobjectCreate", Write),
    ("sobjectCreateById", Write),
    ("sobjectUpdate", Write),
    ("sobjectDelete", Write),
    ("sobjectDeleteByExternalId", Write),
];

/// What an operation has to do with tags.
pub(super) fn of(doc: &Doc) -> Option<Conditional> {
    let found = OPERATIONS.iter().find(|(id, _)| *id == doc.id);
    found.map(|(_, conditional)| *conditional)
}

impl Conditional {
    /// The headers that a request may have.
    pub(super) fn params(self) -> Vec<MetaOperationParam> {
        let (if_match, if_none_match) = match self {
            Tagged => return Vec::new(),
            Read => (
                "The row has one of these tags, or with `*` any; otherwise 412.",
                "The row has none of these tags; otherwise 304 without a body.",
            ),
            Write => (
                "The one row that is written is there and has one of these tags (its `ETag` when it was read), or with \
                 `*` any; otherwise 412, and nothing is written.",
                "The row is not there yet (`*`), or has none of these tags; otherwise 412, and nothing is written.",
            ),
        };
        let param = |name: &str, description: &str| MetaOperationParam {
            name: name.to_owned(),
            schema: String::schema_ref(),
            in_type: MetaParamIn::Header,
            description: Some(description.to_owned()),
            required: false,
            deprecated: false,
            explode: false,
            style: None,
        };
        vec![
            param("If-Match", if_match),
            param("If-None-Match", if_none_match),
        ]
    }

    /// The statuses that come of it, besides the operation's own, with their codes.
    pub(super) fn statuses(self) -> &'static [(u16, &'static [&'static str])] {
        match self {
            Tagged => &[],
            Read => &[(304, &[]), (412, &["precondition_failed"])],
            Write => &[(412, &["precondition_failed"])],
        }
    }

    /// A code that a status has besides the operation's own.
    pub(super) fn code(self, status: u16) -> Option<&'static str> {
        (self != Tagged && status == 400).then_some("precondition_unusable")
    }

    /// The header of an answer that shows a row.
    pub(super) fn tag(self) -> Option<MetaHeader> {
        (self != Write).then(|| MetaHeader {
            name: "ETag".to_owned(),
            description: Some(
                "The tag of the row as the caller may read it, where the answer is about one: for `If-Match`."
                    .to_owned(),
            ),
            required: self == Read,
            deprecated: false,
            schema: String::schema_ref(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::Action, wire::operations};

    /// Operations that write, and are about more than a row.
    const NONE: [&str; 6] = [
        "datasetteAlter",
        "datasetteDrop",
        "datasetteCreate",
        "socrataReplace",
        "socrataReplaceCsv",
        "socrataReplacePlain",
    ];

    #[test]
    fn every_operation_that_writes_rows_is_told_of() {
        let docs = || operations().filter_map(|operation| operation.doc.as_ref());
        for (id, _) in OPERATIONS {
            assert!(docs().any(|doc| doc.id == id), "there is no {id}");
        }
        let writing = [Action::Add, Action::Edit, Action::Delete];
        for doc in docs() {
            let actions = doc.entity.as_ref().map_or(&[][..], |usage| usage.actions);
            let writes = actions.iter().any(|action| writing.contains(action));
            assert!(
                !writes || of(doc).is_some() || NONE.contains(&doc.id),
                "{}",
                doc.id
            );
        }
    }
}
