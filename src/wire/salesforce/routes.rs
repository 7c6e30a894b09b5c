//! The table of the API's operations. What answers each stands elsewhere.

use std::future::ready;

use super::{
    collections, describe,
    docs::{self, ERROR, OBJECT, TAG},
    faults,
    model::{
        CollectionBody, SObject, SalesforceToken, SalesforceTokenError, SalesforceTokenForm,
        SaveResult, VersionItem,
    },
    read, record, sample, token,
};
use crate::{
    domain::Action,
    wire::operation::{Doc, EntityUse, Handler, Mount, Operation, Payload, Verb},
};

/// The operations, specific paths first.
pub const OPERATIONS: &[Operation] = &[
    UPSERT_COLLECTION,
    UPSERT_ONE,
    TOKEN,
    VERSIONS,
    RESOURCES,
    OBJECTS,
    DESCRIBE,
    OBJECT_INFO,
    CREATE,
    CREATE_BY_ID,
    READ,
    UPDATE,
    DELETE,
    READ_BY_FIELD,
    DELETE_BY_FIELD,
];

const fn operation(verb: Verb, path: &'static str, handler: Handler, doc: Doc) -> Operation {
    Operation {
        verb,
        path,
        mount: Mount::Base,
        handler,
        envelope: faults::ENVELOPE,
        doc: Some(doc),
    }
}

const UPSERT_COLLECTION: Operation = operation(
    Verb::Patch,
    "/services/data/v{version}/composite/sobjects/{entity}/{field}",
    |state, exchange| Box::pin(collections::upsert(state, exchange)),
    Doc {
        id: "sobjectsUpsert",
        tag: TAG,
        summary: "Upsert up to 200 records by an external id",
        description: "Updates each record that has the external id, or inserts it. The answer has a result for each \
                      record, in order, also where some were refused; with `allOrNone` nothing is written then. An \
                      external id that stands in the request twice refuses every record that has it. From version 46.",
        parameters: docs::OF_FIELD,
        body: Some(Payload::json::<CollectionBody>()),
        answer: Payload::json::<Vec<SaveResult>>(),
        error: ERROR,
        errors: docs::COLLECTION_ERRORS,
        secured: true,
        entity: Some(EntityUse {
            actions: &[Action::Add, Action::Edit],
            sample: sample::collection,
        }),
    },
);

const UPSERT_ONE: Operation = operation(
    Verb::Patch,
    "/services/data/v{version}/sobjects/{entity}/{field}/{value*}",
    |state, exchange| Box::pin(record::upsert(state, exchange)),
    Doc {
        id: "sobjectUpsert",
        tag: TAG,
        summary: "Upsert a record by an external id",
        description: "201 where a record was inserted; where one was updated 200 with its id, before version 46 204. \
                      300 with the URLs of the records where several have the external id. With `?updateOnly=true` \
                      nothing is inserted, and 404 says that there is no such record.",
        parameters: docs::OF_VALUE,
        body: Some(Payload::json::<SObject>()),
        answer: Payload::json::<SaveResult>(),
        error: ERROR,
        errors: docs::WRITE_ERRORS,
        secured: true,
        entity: Some(EntityUse {
            actions: &[Action::Add, Action::Edit],
            sample: sample::fields,
        }),
    },
);

const TOKEN: Operation = Operation {
    envelope: token::ENVELOPE,
    ..operation(
        Verb::Post,
        token::PATH,
        |state, exchange| Box::pin(token::issue(state, exchange)),
        Doc {
            id: "salesforceToken",
            tag: TAG,
            summary: "Get a token as Salesforce's clients do",
            description: "Grants `client_credentials` (in the form or in a Basic header) and `password` (the client's \
                          id and secret as user name and password).",
            parameters: &[],
            body: Some(Payload::new::<SalesforceTokenForm>(
                "application/x-www-form-urlencoded",
            )),
            answer: Payload::json::<SalesforceToken>(),
            error: Payload::json::<SalesforceTokenError>(),
            errors: docs::TOKEN_ERRORS,
            secured: false,
            entity: None,
        },
    )
};

const VERSIONS: Operation = operation(
    Verb::Get,
    "/services/data",
    |_, _| Box::pin(ready(describe::versions())),
    Doc {
        id: "versions",
        tag: TAG,
        summary: "List the API's versions",
        description: "Needs no token. Other versions are taken as well.",
        parameters: &[],
        body: None,
        answer: Payload::json::<Vec<VersionItem>>(),
        error: ERROR,
        errors: docs::OPEN_ERRORS,
        secured: false,
        entity: None,
    },
);

const RESOURCES: Operation = operation(
    Verb::Get,
    "/services/data/v{version}",
    |state, exchange| Box::pin(describe::resources(state, exchange)),
    Doc {
        id: "resources",
        tag: TAG,
        summary: "List the resources of a version",
        description: "Their names and paths.",
        parameters: docs::VERSION,
        body: None,
        answer: OBJECT,
        error: ERROR,
        errors: docs::LIST_ERRORS,
        secured: true,
        entity: None,
    },
);

const OBJECTS: Operation = operation(
    Verb::Get,
    "/services/data/v{version}/sobjects",
    |state, exchange| Box::pin(describe::objects(state, exchange)),
    Doc {
        id: "sobjects",
        tag: TAG,
        summary: "List the objects",
        description: "What is served, with what may be done with it and what its ids begin with.",
        parameters: docs::VERSION,
        body: None,
        answer: OBJECT,
        error: ERROR,
        errors: docs::LIST_ERRORS,
        secured: true,
        entity: None,
    },
);

const ANY: Option<EntityUse> = Some(EntityUse {
    actions: &[],
    sample: sample::object,
});

const DESCRIBE: Operation = operation(
    Verb::Get,
    "/services/data/v{version}/sobjects/{entity}/describe",
    |state, exchange| Box::pin(describe::describe(state, exchange)),
    Doc {
        id: "sobjectDescribe",
        tag: TAG,
        summary: "Describe an object with its fields",
        description: "Each field has its type, length, digits, and whether it may be null, may be written and is an \
                      external id.",
        parameters: docs::OF_OBJECT,
        body: None,
        answer: OBJECT,
        error: ERROR,
        errors: docs::DESCRIBE_ERRORS,
        secured: true,
        entity: ANY,
    },
);

const OBJECT_INFO: Operation = operation(
    Verb::Get,
    "/services/data/v{version}/sobjects/{entity}",
    |state, exchange| Box::pin(describe::object(state, exchange)),
    Doc {
        id: "sobject",
        tag: TAG,
        summary: "Describe an object in short",
        description: "As it stands in the list of objects. There are no recent items.",
        parameters: docs::OF_OBJECT,
        body: None,
        answer: OBJECT,
        error: ERROR,
        errors: docs::DESCRIBE_ERRORS,
        secured: true,
        entity: ANY,
    },
);

const fn create_doc(id: &'static str) -> Doc {
    Doc {
        id,
        tag: TAG,
        summary: "Insert a record",
        description: "Answers 201 with its id.",
        parameters: docs::OF_OBJECT,
        body: Some(Payload::json::<SObject>()),
        answer: Payload::json::<SaveResult>(),
        error: ERROR,
        errors: docs::WRITE_ERRORS,
        secured: true,
        entity: Some(EntityUse {
            actions: &[Action::Add],
            sample: sample::create,
        }),
    }
}

const CREATE: Operation = operation(
    Verb::Post,
    "/services/data/v{version}/sobjects/{entity}",
    |state, exchange| Box::pin(record::create(state, exchange)),
    create_doc("sobjectCreate"),
);

const CREATE_BY_ID: Operation = operation(
    Verb::Post,
    "/services/data/v{version}/sobjects/{entity}/Id",
    |state, exchange| Box::pin(record::create(state, exchange)),
    create_doc("sobjectCreateById"),
);

const UPDATE: Operation = operation(
    Verb::Patch,
    "/services/data/v{version}/sobjects/{entity}/{id}",
    |state, exchange| Box::pin(record::update(state, exchange)),
    Doc {
        id: "sobjectUpdate",
        tag: TAG,
        summary: "Update a record by its id",
        description: "Answers 204.",
        parameters: docs::OF_ID,
        body: Some(Payload::json::<SObject>()),
        answer: Payload::json::<SaveResult>(),
        error: ERROR,
        errors: docs::WRITE_ERRORS,
        secured: true,
        entity: Some(EntityUse {
            actions: &[Action::Edit],
            sample: sample::object,
        }),
    },
);

const fn read_doc(id: &'static str, by_id: bool) -> Doc {
    Doc {
        id,
        tag: TAG,
        summary: if by_id {
            "Read a record by its id"
        } else {
            "Read a record by an external id"
        },
        description: "All columns but binary ones and passwords, or those of `?fields=A,B`. 300 with the URLs of the \
                      records where several match.",
        parameters: if by_id { docs::OF_ID } else { docs::OF_VALUE },
        body: None,
        answer: OBJECT,
        error: ERROR,
        errors: docs::READ_ERRORS,
        secured: true,
        entity: Some(EntityUse {
            actions: &[Action::View],
            sample: sample::object,
        }),
    }
}

const READ: Operation = operation(
    Verb::Get,
    "/services/data/v{version}/sobjects/{entity}/{id}",
    |state, exchange| Box::pin(read::read(state, exchange)),
    read_doc("sobjectRead", true),
);

const READ_BY_FIELD: Operation = operation(
    Verb::Get,
    "/services/data/v{version}/sobjects/{entity}/{field}/{value*}",
    |state, exchange| Box::pin(read::read(state, exchange)),
    read_doc("sobjectReadByExternalId", false),
);

const fn delete_doc(id: &'static str, by_id: bool) -> Doc {
    Doc {
        id,
        tag: TAG,
        summary: if by_id {
            "Delete a record by its id"
        } else {
            "Delete a record by an external id"
        },
        description: "Answers 204; 300 with the URLs of the records where several match, and nothing is deleted.",
        parameters: if by_id { docs::OF_ID } else { docs::OF_VALUE },
        body: None,
        answer: Payload::json::<SaveResult>(),
        error: ERROR,
        errors: docs::DELETE_ERRORS,
        secured: true,
        entity: Some(EntityUse {
            actions: &[Action::Delete],
            sample: sample::object,
        }),
    }
}

const DELETE: Operation = operation(
    Verb::Delete,
    "/services/data/v{version}/sobjects/{entity}/{id}",
    |state, exchange| Box::pin(record::delete(state, exchange)),
    delete_doc("sobjectDelete", true),
);

const DELETE_BY_FIELD: Operation = operation(
    Verb::Delete,
    "/services/data/v{version}/sobjects/{entity}/{field}/{value*}",
    |state, exchange| Box::pin(record::delete(state, exchange)),
    delete_doc("sobjectDeleteByExternalId", false),
);
