//! How each endpoint is asked: one request for every operation that there is, and requests that name a column in each place
//! where that operation takes one. In paths and bodies `{E}` stands for the entity, `{C}` for a row's code, `{K}` for its
//! key, `{I}` for its Salesforce id, `{X}` for a column, `{L}` for the log's id of a write to the entity.

/// What an operation does when it is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Writes rows, or changes tables.
    Writes,
    /// Reads rows, or what is known of an entity.
    Reads,
    /// Tells of entities, but of none that is named.
    Lists,
    /// Answers without a credential, to everybody alike.
    Public,
}

/// What a request wants with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Give it the value 1.
    Sets,
    /// Anything for which it has to be readable.
    Reads,
}

/// A request for an operation.
pub struct Ask {
    /// The methods and the path of the operation, as the table of operations has them.
    pub of: (&'static str, &'static str),
    pub does: Does,
    pub at: &'static str,
    pub body: &'static str,
    /// Uses of a column, each with a path and a body of its own.
    pub columns: &'static [(Use, &'static str, &'static str)],
}

const fn ask(
    of: (&'static str, &'static str),
    does: Does,
    at: &'static str,
    body: &'static str,
    columns: &'static [(Use, &'static str, &'static str)],
) -> Ask {
    Ask {
        of,
        does,
        at,
        body,
        columns,
    }
}

use Does::{Lists, Public, Reads, Writes};
use Use::{Reads as R, Sets as S};

const GET: &str = "GET, HEAD";
const ANY: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// Every operation's request.
pub const ASKS: &[&[Ask]] = &[
    CONTRACT_INSIGHT,
    SOCRATA,
    SALESFORCE,
    DATASETTE,
    ADMIN,
    COMMON,
];

const CONTRACT_INSIGHT: &[Ask] = &[
    ask(
        ("POST", "/CSSAPI/V2/{entity}/Upsert"),
        Writes,
        "/CSSAPI/V2/{E}/Upsert",
        r#"{"Tuples": [{"Name": "code", "Value": "{C}"}, {"Name": "name", "Value": "new"}, {"Name": "city", "Value": "Wienq"}], "Clause": "code = '{C}'"}"#,
        &[
            (
                S,
                "/CSSAPI/V2/{E}/Upsert",
                r#"{"Tuples": [{"Name": "{X}", "Value": "1"}], "Clause": "code = 'a'"}"#,
            ),
            (
                S,
                "/CSSAPI/V2/{E}/Upsert",
                r#"{"Tuples": [{"Name": "code", "Value": "n"}, {"Name": "{X}", "Value": "1"}], "Clause": "code = 'n'"}"#,
            ),
            (
                R,
                "/CSSAPI/V2/{E}/Upsert",
                r#"{"Tuples": [{"Name": "code", "Value": "n"}], "Clause": "{X} = '4711'"}"#,
            ),
        ],
    ),
    ask(
        ("POST", "/CSSAPI/V2/{entity}/UpsertMany"),
        Writes,
        "/CSSAPI/V2/{E}/UpsertMany",
        r#"{"Key": "code", "Rows": [{"code": "{C}", "name": "new", "city": "Wienq"}]}"#,
        &[
            (
                S,
                "/CSSAPI/V2/{E}/UpsertMany",
                r#"{"Key": "code", "Rows": [{"code": "a", "{X}": "1"}]}"#,
            ),
            (
                S,
                "/CSSAPI/V2/{E}/UpsertMany",
                r#"{"Key": "code", "AllOrNone": true, "Rows": [{"code": "n", "{X}": "1"}]}"#,
            ),
            (
                R,
                "/CSSAPI/V2/{E}/UpsertMany",
                r#"{"Key": "{X}", "Rows": [{"{X}": "4711", "name": "new"}]}"#,
            ),
        ],
    ),
    ask(
        ("POST", "/CSSAPI/V2/{entity}/Update"),
        Writes,
        "/CSSAPI/V2/{E}/Update",
        r#"{"Tuples": [{"Name": "name", "Value": "new"}], "Clause": "code = '{C}'"}"#,
        &[
            (
                S,
                "/CSSAPI/V2/{E}/Update",
                r#"{"Tuples": [{"Name": "{X}", "Value": "1"}], "Clause": "code = 'a'"}"#,
            ),
            (
                R,
                "/CSSAPI/V2/{E}/Update",
                r#"{"Tuples": [{"Name": "name", "Value": "new"}], "Clause": {"condition": "AND", "rules": [{"field": "{X}", "operator": "equal", "value": "4711"}]}}"#,
            ),
        ],
    ),
    ask(
        ("POST", "/CSSAPI/V2/{entity}/Add"),
        Writes,
        "/CSSAPI/V2/{E}/Add",
        r#"{"Tuples": [{"Name": "code", "Value": "{C}+"}, {"Name": "city", "Value": "Wienq"}]}"#,
        &[(
            S,
            "/CSSAPI/V2/{E}/Add",
            r#"{"Tuples": [{"Name": "code", "Value": "n"}, {"Name": "{X}", "Value": "1"}]}"#,
        )],
    ),
    ask(
        ("POST", "/CSSAPI/V2/{entity}/Get"),
        Reads,
        "/CSSAPI/V2/{E}/Get",
        r#"{"Clause": "code = '{C}'"}"#,
        &[
            (R, "/CSSAPI/V2/{E}/Get", r#"{"Fields": ["{X}"]}"#),
            (
                R,
                "/CSSAPI/V2/{E}/Get",
                r#"{"Fields": ["name"], "Clause": "{X} = '4711'"}"#,
            ),
            (
                R,
                "/CSSAPI/V2/{E}/Get",
                r#"{"Fields": ["name"], "OrderByTag": {"Fields": ["{X}"], "Direction": "Asc"}}"#,
            ),
            (
                R,
                "/CSSAPI/V2/{E}/Get",
                r#"{"Fields": ["COUNT(*)", "{X}"], "GroupByTag": ["{X}"]}"#,
            ),
        ],
    ),
    ask(
        ("POST", "/CSSAPI/V2/{entity}/Schema"),
        Reads,
        "/CSSAPI/V2/{E}/Schema",
        "",
        &[],
    ),
    ask(
        (GET, "/CSSAPI/V2/EntityList"),
        Lists,
        "/CSSAPI/V2/EntityList",
        "",
        &[],
    ),
];

const ROWS: &str = r#"[{"code": "{C}", "name": "new", "city": "Wienq"}]"#;
const CSV: &str = "code,name,city\n{C},new,Wienq\n";

const WRITTEN: &[(Use, &str, &str)] = &[
    (S, "/resource/{E}.json", r#"[{"code": "a", "{X}": "1"}]"#),
    (S, "/resource/{E}.json", r#"{"code": "a", "{X}": "1"}"#),
    (
        S,
        "/resource/{E}.json?errorsAreFatal=true",
        r#"[{"code": "n", "{X}": "1"}]"#,
    ),
];
const READ: &[(Use, &str, &str)] = &[
    (R, "/resource/{E}.json?{X}=4711", ""),
    (R, "/resource/{E}.json?$select={X}", ""),
    (R, "/resource/{E}.json?$select=count(*),{X}&$group={X}", ""),
    (R, "/resource/{E}.json?$order={X}", ""),
    (R, "/resource/{E}.json?$where={X}%20=%20'4711'", ""),
];
const REPLACED: &[(Use, &str, &str)] =
    &[(S, "/resource/{E}.json", r#"[{"code": "n", "{X}": "1"}]"#)];

const SOCRATA: &[Ask] = &[
    ask(
        ("POST", "/resource/{entity}.json"),
        Writes,
        "/resource/{E}.json",
        ROWS,
        WRITTEN,
    ),
    ask(
        ("PUT", "/resource/{entity}.json"),
        Writes,
        "/resource/{E}.json",
        ROWS,
        REPLACED,
    ),
    ask(
        (GET, "/resource/{entity}.json"),
        Reads,
        "/resource/{E}.json?code={C}",
        "",
        READ,
    ),
    ask(
        ("POST", "/resource/{entity}.csv"),
        Writes,
        "/resource/{E}.csv",
        CSV,
        &[(S, "/resource/{E}.csv", "code,{X}\na,1\n")],
    ),
    ask(
        ("PUT", "/resource/{entity}.csv"),
        Writes,
        "/resource/{E}.csv",
        CSV,
        &[(S, "/resource/{E}.csv", "code,{X}\nn,1\n")],
    ),
    ask(
        (GET, "/resource/{entity}.csv"),
        Reads,
        "/resource/{E}.csv?code={C}",
        "",
        &[
            (R, "/resource/{E}.csv?{X}=4711", ""),
            (R, "/resource/{E}.csv?$select={X}", ""),
            (R, "/resource/{E}.csv?$order={X}", ""),
        ],
    ),
    ask(
        ("POST", "/resource/{entity}"),
        Writes,
        "/resource/{E}",
        ROWS,
        &[],
    ),
    ask(
        ("PUT", "/resource/{entity}"),
        Writes,
        "/resource/{E}",
        ROWS,
        &[],
    ),
    ask(
        (GET, "/resource/{entity}"),
        Reads,
        "/resource/{E}?code={C}",
        "",
        &[],
    ),
    ask(
        (GET, "/resource/{entity}/{row}.json"),
        Reads,
        "/resource/{E}/{C}.json",
        "",
        &[],
    ),
    ask(
        ("POST", "/resource/{entity}/{row}.json"),
        Writes,
        "/resource/{E}/{C}.json",
        r#"{"name": "new"}"#,
        &[(S, "/resource/{E}/a.json", r#"{"{X}": "1"}"#)],
    ),
    ask(
        ("DELETE", "/resource/{entity}/{row}.json"),
        Writes,
        "/resource/{E}/{C}.json",
        "",
        &[],
    ),
    ask(
        (GET, "/resource/{entity}/{row}"),
        Reads,
        "/resource/{E}/{C}",
        "",
        &[],
    ),
    ask(
        ("POST", "/resource/{entity}/{row}"),
        Writes,
        "/resource/{E}/{C}",
        r#"{"name": "new"}"#,
        &[],
    ),
    ask(
        ("DELETE", "/resource/{entity}/{row}"),
        Writes,
        "/resource/{E}/{C}",
        "",
        &[],
    ),
    ask(
        (GET, "/api/views/{entity}.json"),
        Reads,
        "/api/views/{E}.json",
        "",
        &[],
    ),
    ask((GET, "/api/views.json"), Lists, "/api/views.json", "", &[]),
    ask(
        (GET, "/api/views/{entity}"),
        Reads,
        "/api/views/{E}",
        "",
        &[],
    ),
    ask((GET, "/api/views"), Lists, "/api/views", "", &[]),
];

const SALESFORCE: &[Ask] = &[
    ask(
        (
            "PATCH",
            "/services/data/v{version}/composite/sobjects/{entity}/{field}",
        ),
        Writes,
        "/services/data/v59.0/composite/sobjects/{E}/code",
        r#"{"records": [{"attributes": {"type": "{E}"}, "code": "{C}", "name": "new", "city": "Wienq"}]}"#,
        &[
            (
                S,
                "/services/data/v59.0/composite/sobjects/{E}/code",
                r#"{"records": [{"attributes": {"type": "{E}"}, "code": "a", "{X}": 1}]}"#,
            ),
            (
                R,
                "/services/data/v59.0/composite/sobjects/{E}/{X}",
                r#"{"records": [{"attributes": {"type": "{E}"}, "{X}": 4711, "name": "new"}]}"#,
            ),
        ],
    ),
    ask(
        (
            "PATCH",
            "/services/data/v{version}/sobjects/{entity}/{field}/{value*}",
        ),
        Writes,
        "/services/data/v59.0/sobjects/{E}/code/{C}",
        r#"{"name": "new", "city": "Wienq"}"#,
        &[
            (
                S,
                "/services/data/v59.0/sobjects/{E}/code/a",
                r#"{"{X}": 1}"#,
            ),
            (
                R,
                "/services/data/v59.0/sobjects/{E}/{X}/4711",
                r#"{"code": "n"}"#,
            ),
        ],
    ),
    ask(
        (GET, "/services/data/v{version}"),
        Lists,
        "/services/data/v59.0",
        "",
        &[],
    ),
    ask(
        (GET, "/services/data/v{version}/sobjects"),
        Lists,
        "/services/data/v59.0/sobjects",
        "",
        &[],
    ),
    ask(
        (GET, "/services/data/v{version}/sobjects/{entity}/describe"),
        Reads,
        "/services/data/v59.0/sobjects/{E}/describe",
        "",
        &[],
    ),
    ask(
        (GET, "/services/data/v{version}/sobjects/{entity}"),
        Reads,
        "/services/data/v59.0/sobjects/{E}",
        "",
        &[],
    ),
    ask(
        ("POST", "/services/data/v{version}/sobjects/{entity}"),
        Writes,
        "/services/data/v59.0/sobjects/{E}",
        r#"{"code": "{C}+", "city": "Wienq"}"#,
        &[(
            S,
            "/services/data/v59.0/sobjects/{E}",
            r#"{"code": "n", "{X}": 1}"#,
        )],
    ),
    ask(
        ("POST", "/services/data/v{version}/sobjects/{entity}/Id"),
        Writes,
        "/services/data/v59.0/sobjects/{E}/Id",
        r#"{"code": "{C}+", "city": "Wienq"}"#,
        &[],
    ),
    ask(
        (GET, "/services/data/v{version}/sobjects/{entity}/{id}"),
        Reads,
        "/services/data/v59.0/sobjects/{E}/{I}",
        "",
        &[(
            R,
            "/services/data/v59.0/sobjects/{E}/{I}?fields=name,{X}",
            "",
        )],
    ),
    ask(
        ("PATCH", "/services/data/v{version}/sobjects/{entity}/{id}"),
        Writes,
        "/services/data/v59.0/sobjects/{E}/{I}",
        r#"{"name": "new"}"#,
        &[(S, "/services/data/v59.0/sobjects/{E}/{I}", r#"{"{X}": 1}"#)],
    ),
    ask(
        ("DELETE", "/services/data/v{version}/sobjects/{entity}/{id}"),
        Writes,
        "/services/data/v59.0/sobjects/{E}/{I}",
        "",
        &[],
    ),
    ask(
        (
            GET,
            "/services/data/v{version}/sobjects/{entity}/{field}/{value*}",
        ),
        Reads,
        "/services/data/v59.0/sobjects/{E}/code/{C}",
        "",
        &[
            (
                R,
                "/services/data/v59.0/sobjects/{E}/code/a?fields=name,{X}",
                "",
            ),
            (R, "/services/data/v59.0/sobjects/{E}/{X}/4711", ""),
        ],
    ),
    ask(
        (
            "DELETE",
            "/services/data/v{version}/sobjects/{entity}/{field}/{value*}",
        ),
        Writes,
        "/services/data/v59.0/sobjects/{E}/code/{C}",
        "",
        &[(R, "/services/data/v59.0/sobjects/{E}/{X}/4711", "")],
    ),
    ask(
        (ANY, "/services/data/{rest*}"),
        Lists,
        "/services/data/v59.0/query/?q=SELECT+code+FROM+{E}",
        "",
        &[],
    ),
];

const DATASETTE: &[Ask] = &[
    ask(
        ("POST", "/{database}/{entity}/-/upsert"),
        Writes,
        "/data/{E}/-/upsert",
        r#"{"rows": [{"id": {K}, "name": "new"}], "return": true}"#,
        &[(
            S,
            "/data/{E}/-/upsert",
            r#"{"rows": [{"id": 1, "{X}": 1}], "return": true}"#,
        )],
    ),
    ask(
        ("POST", "/{database}/{entity}/-/insert"),
        Writes,
        "/data/{E}/-/insert",
        r#"{"rows": [{"code": "{C}+", "city": "Wienq"}], "return": true}"#,
        &[(
            S,
            "/data/{E}/-/insert",
            r#"{"rows": [{"code": "n", "{X}": 1}], "return": true}"#,
        )],
    ),
    ask(
        ("POST", "/{database}/{entity}/-/alter"),
        Writes,
        "/data/{E}/-/alter",
        r#"{"operations": [{"op": "add_column", "args": {"name": "more", "type": "text"}}]}"#,
        &[
            (
                R,
                "/data/{E}/-/alter",
                r#"{"operations": [{"op": "rename_column", "args": {"name": "{X}", "to": "y"}}]}"#,
            ),
            (
                R,
                "/data/{E}/-/alter",
                r#"{"operations": [{"op": "drop_column", "args": {"name": "{X}"}}]}"#,
            ),
            (
                R,
                "/data/{E}/-/alter",
                r#"{"operations": [{"op": "alter_column", "args": {"name": "{X}", "type": "text"}}]}"#,
            ),
        ],
    ),
    ask(
        ("POST", "/{database}/{entity}/-/drop"),
        Writes,
        "/data/{E}/-/drop",
        r#"{"confirm": true}"#,
        &[],
    ),
    ask(
        ("POST", "/{database}/-/create"),
        Writes,
        "/data/-/create",
        r#"{"table": "{E}", "rows": [{"code": "{C}+", "city": "Wienq"}]}"#,
        &[],
    ),
    ask(
        ("POST", "/{database}/{entity}/{pks}/-/update"),
        Writes,
        "/data/{E}/{K}/-/update",
        r#"{"update": {"name": "new"}, "return": true}"#,
        &[(
            S,
            "/data/{E}/1/-/update",
            r#"{"update": {"{X}": 1}, "return": true}"#,
        )],
    ),
    ask(
        ("POST", "/{database}/{entity}/{pks}/-/delete"),
        Writes,
        "/data/{E}/{K}/-/delete",
        "",
        &[],
    ),
    ask((GET, "/-/actor.json"), Lists, "/-/actor.json", "", &[]),
    ask((GET, "/.json"), Lists, "/.json", "", &[]),
    ask((GET, "/{database}.json"), Lists, "/data.json", "", &[]),
    ask(
        (GET, "/{database}/{entity}.json"),
        Reads,
        "/data/{E}.json?code={C}",
        "",
        &[
            (R, "/data/{E}.json?_sort={X}", ""),
            (R, "/data/{E}.json?_sort_desc={X}", ""),
            (R, "/data/{E}.json?{X}=4711", ""),
            (R, "/data/{E}.json?{X}__gt=1", ""),
            (R, "/data/{E}.json?_col={X}", ""),
            (R, "/data/{E}.json?_nocol={X}", ""),
        ],
    ),
    ask(
        (GET, "/{database}/{entity}/{pks}.json"),
        Reads,
        "/data/{E}/{K}.json",
        "",
        &[],
    ),
    ask(
        (ANY, "/{database}/{table}/-/{action}"),
        Lists,
        "/data/{E}/-/upsert",
        "",
        &[],
    ),
    ask(
        (ANY, "/{database}/{table}/{pks}/-/{action}"),
        Lists,
        "/data/{E}/{K}/-/update",
        "",
        &[],
    ),
    ask(
        (ANY, "/{database}/-/{action}"),
        Lists,
        "/data/-/create",
        "",
        &[],
    ),
];

/// That what they tell goes by the rights on the entity that was written is shown with the journal itself.
const ADMIN: &[Ask] = &[
    ask((GET, "/admin/log"), Lists, "/admin/log", "", &[]),
    ask(
        (GET, "/admin/log/{log_id}"),
        Lists,
        "/admin/log/{L}",
        "",
        &[],
    ),
    ask(
        ("POST", "/admin/log/{log_id}/undo"),
        Lists,
        "/admin/log/{L}/undo",
        "",
        &[],
    ),
];

const COMMON: &[Ask] = &[
    ask((GET, "/postman.json"), Public, "/postman.json", "", &[]),
    ask(("POST", "/oauth/token"), Public, "/oauth/token", "", &[]),
    ask((GET, "/health/live"), Public, "/health/live", "", &[]),
    ask((GET, "/health/ready"), Public, "/health/ready", "", &[]),
    ask((GET, "/"), Public, "/", "", &[]),
    ask((GET, "/openapi.json"), Public, "/openapi.json", "", &[]),
    ask((GET, "/swagger"), Public, "/swagger", "", &[]),
    ask(
        (GET, "/swagger/oauth-receiver.html"),
        Public,
        "/swagger/oauth-receiver.html",
        "",
        &[],
    ),
    ask(("POST", "/oauth/revoke"), Public, "/oauth/revoke", "", &[]),
    ask(
        ("POST", "/services/oauth2/token"),
        Public,
        "/services/oauth2/token",
        "",
        &[],
    ),
    ask((GET, "/services/data"), Public, "/services/data", "", &[]),
];
