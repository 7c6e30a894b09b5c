//! Random filters and random requests on every API: no answer holds anything of a row outside of the filter, no write touches
//! one, and none leaves a row that it wrote outside. What is outside, the database itself says: to a client who may see all.

use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config as Cases, TestCaseError, TestRunner},
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use upsertd::access::GrantSpec;

use super::{only, owner, words};
use crate::support::{Answer, Server, Sql};

/// Every row has a mark by which it is known in an answer; no request sends one.
const TABLE: Sql<'static> = Sql {
    sqlite: "CREATE TABLE site (id INTEGER PRIMARY KEY AUTOINCREMENT, code nvarchar(10) NOT NULL UNIQUE, \
             city nvarchar(20) NULL, n int NULL, mark nvarchar(20) NULL);
             INSERT INTO site (code, city, n, mark) VALUES ('a', 'Wien', 1, 'mark-1-'), ('b', 'Graz', 2, 'mark-2-'),
             ('c', NULL, 3, 'mark-3-'), ('d', 'Wien', NULL, 'mark-4-'), ('e', 'Linz', 4, 'mark-5-'),
             ('f', 'Graz', 0, 'mark-6-'), ('g', 'Linz', 2, 'mark-7-'), ('h', NULL, NULL, 'mark-8-');",
    mssql: "CREATE TABLE site (id int IDENTITY(1,1) PRIMARY KEY, code nvarchar(10) NOT NULL UNIQUE, \
            city nvarchar(20) NULL, n int NULL, mark nvarchar(20) NULL);
            INSERT INTO site (code, city, n, mark) VALUES ('a', 'Wien', 1, 'mark-1-'), ('b', 'Graz', 2, 'mark-2-'),
            ('c', NULL, 3, 'mark-3-'), ('d', 'Wien', NULL, 'mark-4-'), ('e', 'Linz', 4, 'mark-5-'),
            ('f', 'Graz', 0, 'mark-6-'), ('g', 'Linz', 2, 'mark-7-'), ('h', NULL, NULL, 'mark-8-');",
};

/// How many filters, and how many requests under each.
const FILTERS: u32 = 12;
const REQUESTS: usize = 30;

const TESTS: [&str; 11] = [
    "n > 1",
    "n <= 2",
    "n IS NULL",
    "n IS NOT NULL",
    "n BETWEEN 1 AND 3",
    "city = 'Wien'",
    "city <> 'Graz'",
    "city IN ('Wien', 'Linz')",
    "city LIKE '%z'",
    "city IS NULL",
    "code < 'e'",
];

fn test() -> impl Strategy<Value = String> {
    select(&TESTS[..]).prop_map(str::to_owned)
}

fn condition() -> impl Strategy<Value = String> {
    test().prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" AND "))),
            vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" OR "))),
            inner.prop_map(|part| format!("NOT ({part})")),
        ]
    })
}

/// A row as it is sent: a code, and perhaps other values.
#[derive(Debug, Clone)]
struct Sent {
    code: char,
    /// As they are sent, also as null; `None` is left out.
    city: Option<Value>,
    n: Option<Value>,
}

impl Sent {
    /// What is sent besides the code.
    fn others(&self) -> Vec<(&'static str, Value)> {
        let city = self.city.clone().map(|city| ("city", city));
        let n = self.n.clone().map(|n| ("n", n));
        city.into_iter().chain(n).collect()
    }

    fn object(&self, keyed: bool) -> Value {
        let mut object: serde_json::Map<String, Value> = self
            .others()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        if keyed {
            object.insert("code".to_owned(), json!(self.code.to_string()));
        }
        Value::Object(object)
    }

    fn tuples(&self) -> Value {
        let object = self.object(true);
        let members = object.as_object().unwrap().iter();
        members
            .map(|(name, value)| json!({"Name": name, "Value": value}))
            .collect()
    }
}

fn sent() -> impl Strategy<Value = Sent> {
    let city = select(&[Some("Wien"), Some("Graz"), Some("Linz"), None][..]);
    let city = city.prop_map(Value::from);
    let n = prop_oneof![Just(Value::Null), (0_i64..6).prop_map(Value::from)];
    (
        proptest::char::range('a', 'l'),
        proptest::option::of(city),
        proptest::option::of(n),
    )
        .prop_map(|(code, city, n)| Sent { code, city, n })
}

/// A request: a method, a path with a query, a body.
#[derive(Debug, Clone)]
struct Request {
    method: &'static str,
    at: String,
    body: String,
}

fn request(method: &'static str, at: impl Into<String>, body: impl std::fmt::Display) -> Request {
    Request {
        method,
        at: at.into(),
        body: body.to_string(),
    }
}

fn contract_insight() -> impl Strategy<Value = Request> {
    let at = |operation: &str| format!("/CSSAPI/V2/site/{operation}");
    let multi = |body: Value| {
        let mut body = body;
        body["AllowMultiUpdate"] = json!(true);
        body
    };
    prop_oneof![
        (sent(), condition()).prop_map(move |(row, clause)| {
            let body = multi(json!({"Tuples": row.tuples(), "Clause": clause}));
            request("POST", at("Upsert"), body)
        }),
        (sent(), condition()).prop_map(move |(row, clause)| {
            let tuples: Value = row.tuples().as_array().unwrap()[1..].to_vec().into();
            request(
                "POST",
                at("Update"),
                json!({"Tuples": tuples, "Clause": clause}),
            )
        }),
        sent().prop_map(move |row| request("POST", at("Add"), json!({"Tuples": row.tuples()}))),
        (vec(sent(), 1..5), any::<bool>()).prop_map(move |(rows, all)| {
            let rows: Vec<Value> = rows.iter().map(|row| row.object(true)).collect();
            let body = json!({"Key": "code", "AllOrNone": all, "Rows": rows});
            request("POST", at("UpsertMany"), body)
        }),
        condition().prop_map(move |clause| request("POST", at("Get"), json!({"Clause": clause}))),
        Just(request("POST", at("Get"), "{}")),
    ]
}

fn csv(rows: &[Sent]) -> String {
    let line = |row: &Sent| {
        let field = |value: &Option<Value>| match value {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        format!("{},{},{}\n", row.code, field(&row.city), field(&row.n))
    };
    let lines: String = rows.iter().map(line).collect();
    format!("code,city,n\n{lines}")
}

fn socrata() -> impl Strategy<Value = Request> {
    let fatal = || any::<bool>().prop_map(|fatal| format!("?errorsAreFatal={fatal}"));
    let rows = |rows: &[Sent]| rows.iter().map(|row| row.object(true)).collect::<Value>();
    prop_oneof![
        (vec((sent(), any::<bool>()), 1..5), fatal()).prop_map(|(rows, query)| {
            let row = |(row, deleted): &(Sent, bool)| match deleted {
                true => json!({"code": row.code.to_string(), ":deleted": true}),
                false => row.object(true),
            };
            let body: Value = rows.iter().map(row).collect();
            request("POST", format!("/resource/site.json{query}"), body)
        }),
        (vec(sent(), 1..4)).prop_map(move |sent| request(
            "PUT",
            "/resource/site.json",
            rows(&sent)
        )),
        (vec(sent(), 1..5), fatal()).prop_map(|(rows, query)| request(
            "POST",
            format!("/resource/site.csv{query}"),
            csv(&rows)
        )),
        (vec(sent(), 1..4)).prop_map(|rows| request("PUT", "/resource/site.csv", csv(&rows))),
        sent().prop_map(|row| request("POST", "/resource/site.json", row.object(true))),
        sent().prop_map(|row| {
            request(
                "POST",
                format!("/resource/site/{}.json", row.code),
                row.object(false),
            )
        }),
        sent().prop_map(|row| request("DELETE", format!("/resource/site/{}.json", row.code), "")),
        sent().prop_map(|row| request("GET", format!("/resource/site/{}.json", row.code), "")),
        sent().prop_map(|row| request("GET", format!("/resource/site.csv?code={}", row.code), "")),
        condition().prop_map(|clause| {
            let query = form(&[("$where", &clause)]);
            request("GET", format!("/resource/site.json?{query}"), "")
        }),
        Just(request(
            "GET",
            "/resource/site.json?$select=city,count(*)&$group=city",
            ""
        )),
    ]
}

fn salesforce() -> impl Strategy<Value = Request> {
    let at = "/services/data/v59.0";
    prop_oneof![
        (vec(sent(), 1..5), any::<bool>()).prop_map(move |(rows, all)| {
            let record = |row: &Sent| {
                let mut record = row.object(true);
                record["attributes"] = json!({"type": "site"});
                record
            };
            let records: Value = rows.iter().map(record).collect();
            let body = json!({"allOrNone": all, "records": records});
            request("PATCH", format!("{at}/composite/sobjects/site/code"), body)
        }),
        sent().prop_map(move |row| {
            request(
                "PATCH",
                format!("{at}/sobjects/site/code/{}", row.code),
                row.object(false),
            )
        }),
        sent().prop_map(move |row| request(
            "POST",
            format!("{at}/sobjects/site"),
            row.object(true)
        )),
        sent().prop_map(move |row| request(
            "DELETE",
            format!("{at}/sobjects/site/code/{}", row.code),
            ""
        )),
        sent().prop_map(move |row| request(
            "GET",
            format!("{at}/sobjects/site/code/{}", row.code),
            ""
        )),
    ]
}

fn datasette() -> impl Strategy<Value = Request> {
    let id = 1_u32..12;
    let rows = |rows: &[(u32, Sent)], keyed: bool| -> Value {
        let row = |(id, row): &(u32, Sent)| {
            let mut row = row.object(true);
            if keyed {
                row["id"] = json!(id);
            }
            row
        };
        rows.iter().map(row).collect()
    };
    let how = select(&["ignore", "replace", "return"][..]);
    prop_oneof![
        vec((id.clone(), sent()), 1..4).prop_map(move |sent| {
            let body = json!({"rows": rows(&sent, true), "return": true});
            request("POST", "/data/site/-/upsert", body)
        }),
        (vec((id.clone(), sent()), 1..4), how, any::<bool>()).prop_map(
            move |(sent, how, keyed)| {
                let mut body = json!({"rows": rows(&sent, keyed)});
                body[how] = json!(true);
                request("POST", "/data/site/-/insert", body)
            }
        ),
        (id.clone(), sent()).prop_map(|(id, row)| {
            let body = json!({"update": row.object(false), "return": true});
            request("POST", format!("/data/site/{id}/-/update"), body)
        }),
        // Another key is another row.
        (id.clone(), id.clone()).prop_map(|(id, to)| {
            let body = json!({"update": {"id": to}, "return": true});
            request("POST", format!("/data/site/{id}/-/update"), body)
        }),
        id.clone()
            .prop_map(|id| request("POST", format!("/data/site/{id}/-/delete"), "")),
        id.prop_map(|id| request("GET", format!("/data/site/{id}.json"), "")),
        Just(request(
            "GET",
            "/data/site.json?_extra=count&_sort_desc=n",
            ""
        )),
        sent().prop_map(|row| request(
            "GET",
            format!("/data/site.json?code__gte={}", row.code),
            ""
        )),
    ]
}

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

fn requests() -> impl Strategy<Value = Vec<Request>> {
    let any = prop_oneof![contract_insight(), socrata(), salesforce(), datasette()];
    vec(any, REQUESTS)
}

async fn serve(filter: &str) -> Server {
    Server::with_tables_and(TABLE, &["site"], |config| {
        let grant = GrantSpec {
            entities: words(&["site"]),
            allow: words(&["view", "add", "edit", "delete"]),
            rows: Some(filter.to_owned()),
            ..GrantSpec::default()
        };
        only(config, &[grant]);
        owner(config);
        let declared = &mut config.serving.declared[0];
        declared.actions.delete = true;
        declared.keys.row_identifier = words(&["code"]);
        declared.keys.external_ids = words(&["code"]);
        declared.keys.caller_keys = true;
        config.datasette.database = Some("data".to_owned());
    })
    .await
}

/// The rows that the filter leaves out, and how many there are in all.
async fn outside(server: &Server, token: &str, filter: &str) -> (Vec<Value>, usize) {
    let get = async |clause: Option<&str>| {
        let url = format!("{}/CSSAPI/V2/site/Get", server.base);
        let body = clause.map_or_else(|| json!({}), |clause| json!({"Clause": clause}));
        let request = server.http.post(url).bearer_auth(token).json(&body);
        let answer = Answer::of(request.send().await.unwrap()).await;
        answer.json().as_array().unwrap().clone()
    };
    let all = get(None).await;
    let within = get(Some(filter)).await;
    let count = all.len();
    let out = all.into_iter().filter(|row| !within.contains(row));
    (out.collect(), count)
}

async fn send(server: &Server, request: &Request) -> Answer {
    let method = Method::from_bytes(request.method.as_bytes()).unwrap();
    let mut sending = server.request(method, &request.at);
    if !request.body.is_empty() {
        let csv = request.at.contains(".csv");
        let media = if csv { "text/csv" } else { "application/json" };
        sending = sending
            .header("content-type", media)
            .body(request.body.clone());
    }
    Answer::of(sending.send().await.unwrap()).await
}

/// Sends the requests; gives how many of them changed something.
async fn hold(filter: &str, requests: &[Request]) -> Result<usize, TestCaseError> {
    let server = serve(filter).await;
    let token = server.ask_token("owner", "owner").await.json();
    let token = token["access_token"].as_str().unwrap();
    let (before, _) = outside(&server, token, filter).await;
    let mut changed = 0;
    for request in requests {
        let answer = send(&server, request).await;
        prop_assert!(answer.status < 500, "{filter}: {request:?}: {answer:?}");
        for row in &before {
            let mark = row["mark"].as_str().unwrap();
            prop_assert!(
                !answer.text.contains(mark),
                "{filter}: {request:?}: {answer:?}"
            );
        }
        let (after, _) = outside(&server, token, filter).await;
        prop_assert_eq!(&after, &before, "{}: {:?}: {:?}", filter, request, answer);
        let writes = request.method != "GET" && !request.at.ends_with("/Get");
        changed += usize::from(writes && answer.status < 300);
    }
    Ok(changed)
}

#[test]
fn no_request_reads_or_writes_a_row_outside_of_the_filter_or_leaves_one_there() {
    let mut runner = TestRunner::new(Cases {
        cases: FILTERS,
        failure_persistence: None,
        max_shrink_iters: 60,
        ..Cases::default()
    });
    let changed = std::cell::Cell::new(0);
    let held = runner.run(&(condition(), requests()), |(filter, requests)| {
        let runtime = Runtime::new().unwrap();
        let done = runtime.block_on(hold(&filter, &requests))?;
        changed.set(changed.get() + done);
        Ok(())
    });
    if let Err(error) = held {
        panic!("{error}");
    }
    assert!(
        changed.get() > 20,
        "the requests wrote something: {changed:?}"
    );
}
