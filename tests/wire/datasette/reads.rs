//! Pages of a table, one row, and what clients ask first.

use serde_json::{Value, json};

use super::{data, gives, refuses, serve};
use crate::support::{Answer, Server, Sql};

async fn ids(server: &Server, query: &str) -> Vec<i64> {
    let answer = server
        .get(&format!("/data/docs.json?_shape=arrayfirst&{query}"))
        .await;
    assert_eq!(answer.status, 200, "{query}: {answer:?}");
    answer
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_i64().unwrap())
        .collect()
}

/// All pages, one after the other, as a client follows them.
async fn follow(server: &Server, path: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut page = server.get(path).await;
    loop {
        let body = page.json();
        assert_eq!(page.status, 200, "{page:?}");
        rows.extend(body["rows"].as_array().unwrap().iter().cloned());
        let Some(next) = body["next_url"].as_str() else {
            return rows;
        };
        assert!(rows.len() < 100, "pages without end");
        let request = server.http.get(next).bearer_auth(&server.token);
        page = Answer::of(request.send().await.unwrap()).await;
    }
}

#[tokio::test]
async fn a_page_has_rows_and_says_where_the_next_one_is() {
    let server = data().await;
    let answer = server.get("/data/docs.json?_size=2&_col=title").await;
    let next = format!("{}/data/docs.json?_size=2&_col=title&_next=2", server.base);
    let rows = json!([{"id": 1, "title": "one"}, {"id": 2, "title": "two"}]);
    gives(
        &answer,
        200,
        &json!({"ok": true, "next": "2", "next_url": next, "rows": rows, "truncated": false}),
    );
    let answer = server
        .get("/data/docs.json?_size=2&_col=title&_next=2")
        .await;
    let last = json!({"ok": true, "next": null, "next_url": null, "rows": [{"id": 3, "title": "three"}], "truncated": false});
    gives(&answer, 200, &last);
    let answer = server.get("/data/docs.json?_size=0").await;
    assert_eq!(answer.json()["rows"], json!([]), "{answer:?}");
}

#[tokio::test]
async fn following_the_pages_meets_every_row_once_in_order() {
    let server = data().await;
    server
        .execute(Sql {
            sqlite: "INSERT INTO docs (title, score, ratio) VALUES ('b', 20, 0.1), ('B', NULL, 0.1), ('ä', 5, NULL), ('a,b', 20, 2.5);
             INSERT INTO comp VALUES ('B c', 1, ''), ('b c', 1, ''), ('é', 1, '');
             INSERT INTO plain SELECT title, score FROM docs;",
            mssql: "INSERT INTO docs (title, score, ratio) VALUES ('b', 20, 0.1), ('B', NULL, 0.1), (N'ä', 5, NULL), ('a,b', 20, 2.5);
             INSERT INTO comp VALUES ('B d', 1, ''), ('b c', 1, ''), (N'é', 1, '');",
        })
        .await;
    for query in [
        "_size=2",
        "_size=1&_sort=score",
        "_size=2&_sort_desc=score",
        "_size=1&_sort=title",
        "_size=3&_sort_desc=title",
        "_size=2&_sort=ratio",
        "_size=1&_sort_desc=ratio&id__gt=1",
        "_size=2&_sort=data",
    ] {
        let paged = follow(&server, &format!("/data/docs.json?{query}")).await;
        let rest = query.split_once('&').map_or("", |(_, rest)| rest);
        let whole = server.get(&format!("/data/docs.json?{rest}")).await.json();
        assert_eq!(Value::from(paged), whole["rows"], "{query}");
    }
    let mut tables = vec![("comp", 5), ("v1", 7)];
    if server.database.is_embedded() {
        tables.push(("plain", 9));
    }
    for (table, count) in tables {
        let paged = follow(&server, &format!("/data/{table}.json?_size=2")).await;
        let whole = server.get(&format!("/data/{table}.json")).await.json();
        assert_eq!(paged.len(), count, "{table}");
        assert_eq!(Value::from(paged), whole["rows"], "{table}");
    }
}

#[tokio::test]
async fn rows_that_come_meanwhile_move_no_others() {
    let server = data().await;
    let first = server.get("/data/docs.json?_size=2").await.json();
    server.execute("DELETE FROM docs WHERE id = 1").await;
    let next = server
        .get(&format!(
            "/data/docs.json?_size=2&_next={}",
            first["next"].as_str().unwrap()
        ))
        .await;
    assert_eq!(next.json()["rows"][0]["id"], 3, "{next:?}");
}

#[tokio::test]
async fn shapes_are_datasettes() {
    let server = data().await;
    let get = async |query: &str| {
        server
            .get(&format!("/data/docs.json?_col=title&_size=1&{query}"))
            .await
    };
    let row = json!({"id": 1, "title": "one"});
    assert_eq!(get("_shape=objects").await.json()["rows"], json!([row]));
    assert_eq!(
        get("_shape=arrays").await.json()["rows"],
        json!([[1, "one"]])
    );
    let array = get("_shape=array").await;
    gives(&array, 200, &json!([row]));
    assert!(
        array.header("link").ends_with("&_next=1>; rel=\"next\""),
        "{array:?}"
    );
    gives(&get("_shape=arrayfirst").await, 200, &json!([1]));
    gives(&get("_shape=object").await, 200, &json!({"1": row}));
    refuses(&get("_shape=zzz").await, 400, &["Invalid _shape: zzz"]);
    let lines = server
        .get("/data/docs.json?_col=title&_size=2&_shape=array&_nl=on")
        .await;
    assert_eq!(
        lines.text,
        "{\"id\":1,\"title\":\"one\"}\n{\"id\":2,\"title\":\"two\"}"
    );
    let keyed = server.get("/data/comp.json?_shape=object").await.json();
    assert_eq!(keyed["x~2Fy,1"]["v"], "a", "{keyed}");
}

#[tokio::test]
async fn filters_are_datasettes() {
    let server = data().await;
    server
        .execute("INSERT INTO docs (title, note) VALUES ('4%', ''), ('five', 'n_te')")
        .await;
    for (query, expected) in [
        ("id=1", &[1][..]),
        ("title=TWO", &[2]),
        ("id__exact=2", &[2]),
        ("id__not=2", &[1, 3, 4, 5]),
        ("title__contains=e", &[1, 3, 5]),
        ("title__notcontains=e", &[2, 4]),
        ("title__startswith=t", &[2, 3]),
        ("title__endswith=e", &[1, 3, 5]),
        ("title__endswith=e&title__startswith=t", &[3]),
        ("title__like=_n%25", &[1]),
        ("title__notlike=t%25", &[1, 4, 5]),
        ("title__glob=t*", &[2, 3]),
        ("title__glob=[of]*e", &[1, 5]),
        ("title__glob=?%25", &[4]),
        ("score__gt=10", &[2]),
        ("score__gte=10", &[1, 2]),
        ("score__lt=10.5", &[1]),
        ("score__lte=20", &[1, 2]),
        ("id__in=1,%203", &[1, 3]),
        ("title__in=[\"one\",\"two\"]", &[1, 2]),
        ("id__notin=[1,2]", &[3, 4, 5]),
        ("score__isnull=1", &[3, 4, 5]),
        ("score__notnull=1", &[1, 2]),
        ("note__isblank=1", &[1, 2, 3, 4]),
        ("note__notblank=1", &[5]),
        ("score__isblank=1", &[3, 4, 5]),
        ("id__gt=1&id__gt=2", &[3, 4, 5]),
        ("_facet=title&_labels=on&id=2", &[2]),
    ] {
        assert_eq!(ids(&server, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn a_day_is_found_whatever_the_time() {
    let sql = "CREATE TABLE t (id bigint PRIMARY KEY, at datetime2(0), __x__exact nvarchar(20));
               INSERT INTO t VALUES (1, '2026-01-31 23:59:59', 'a'), (2, '2026-02-01 00:00:00', 'b');";
    let server = serve(sql, &["t"], |_| ()).await;
    let answer = server
        .get("/data/t.json?_shape=arrayfirst&at__date=2026-01-31")
        .await;
    gives(&answer, 200, &json!([1]));
    let answer = server.get("/data/t/1.json?_shape=array").await;
    assert_eq!(answer.json()[0]["at"], "2026-01-31 23:59:59");
    let answer = server
        .get("/data/t.json?_shape=arrayfirst&__x__exact=b")
        .await;
    gives(&answer, 200, &json!([2]));
}

/// Datasette passes over what it does not know; a filter that filters nothing is refused here.
#[tokio::test]
async fn what_cannot_be_asked_is_told() {
    let server = data().await;
    for (query, status, error) in [
        ("zz=1", 400, "no such column: zz"),
        ("ID=1", 400, "no such column: ID"),
        ("title__zz=1", 400, "Unknown filter: title__zz"),
        (
            "title__arraycontains=1",
            400,
            "Unknown filter: title__arraycontains",
        ),
        ("_size=abc", 400, "_size must be a positive integer"),
        ("_size=-1", 400, "_size must be a positive integer"),
        ("_size=1001", 400, "_size must be <= 1000"),
        ("_sort=zz", 400, "Cannot sort table by zz"),
        (
            "_sort=id&_sort_desc=id",
            400,
            "Cannot use _sort and _sort_desc at the same time",
        ),
        ("_col=zz", 400, "_col=zz - invalid columns"),
        ("_nocol=title&_nocol=zz", 400, "_nocol=zz - invalid columns"),
        ("_nocol=id", 400, "_nocol=id - invalid columns"),
        (
            "_next=zz",
            400,
            "Invalid _next; take it from the page before",
        ),
        ("_where=1", 403, "_where= is not allowed"),
        ("_search=x", 400, "_search is not supported"),
        ("_search_title=x", 400, "_search is not supported"),
        ("_through={}", 400, "_through is not supported"),
        (
            "id=abc",
            400,
            "Column 'id' is bigint: 'abc' is not a whole number.",
        ),
    ] {
        refuses(
            &server.get(&format!("/data/docs.json?{query}")).await,
            status,
            &[error],
        );
    }
}

#[tokio::test]
async fn one_row_has_its_key_beside_it() {
    let server = data().await;
    let mut body = server.get("/data/comp/x~2Fy,1.json").await.json();
    assert!(body["query_ms"].take().is_number());
    let expected = json!({
        "ok": true, "database": "data", "table": "comp", "rows": [{"a": "x/y", "b": 1, "v": "a"}],
        "primary_keys": ["a", "b"], "primary_key_values": ["x/y", "1"], "query_ms": null, "truncated": false,
    });
    assert_eq!(body, expected);
    if server.database.is_embedded() {
        let body = server.get("/data/plain/2.json").await.json();
        assert_eq!(body["rows"], json!([{"rowid": 2, "name": "q", "n": 2}]));
        assert_eq!(body["primary_keys"], json!(["rowid"]));
    }
    let row = json!({"a": "x/y", "b": 1, "v": "a"});
    gives(
        &server.get("/data/comp/x~2Fy,1.json?_shape=object").await,
        200,
        &json!({"x~2Fy,1": row}),
    );
    for path in [
        "/data/docs/999.json",
        "/data/docs/abc.json",
        "/data/comp/X~2FZ,1.json",
    ] {
        refuses(&server.get(path).await, 404, &["Row not found"]);
    }
    refuses(
        &server.get("/data/docs/1,2.json").await,
        400,
        &["URL row identifier does not match the primary key for this table"],
    );
    refuses(
        &server.get("/data/nope/1.json").await,
        404,
        &["Table not found"],
    );
    refuses(
        &server.get("/nope/docs.json").await,
        404,
        &["Database not found"],
    );
}

#[tokio::test]
async fn clients_learn_who_they_are_and_what_there_is() {
    let server = data().await;
    gives(
        &server.get("/-/actor.json").await,
        200,
        &json!({"ok": true, "actor": {"id": "tester"}}),
    );
    assert_eq!(
        server.get("/.json").await.json()["databases"][0]["name"],
        "data"
    );
    let body = server.get("/data.json").await.json();
    let docs = &body["tables"]
        .as_array()
        .unwrap()
        .iter()
        .find(|t| t["name"] == "docs")
        .unwrap();
    assert_eq!(
        docs["columns"],
        json!(["id", "title", "score", "ratio", "data", "note"])
    );
    assert_eq!(
        (&docs["primary_keys"], &docs["hidden"]),
        (&json!(["id"]), &json!(false))
    );
    assert_eq!(body["views"][0]["name"], "v1");
    refuses(
        &server.get("/nope.json").await,
        404,
        &["Database not found"],
    );
    assert_eq!(server.get("/data.json?sql=select+1").await.status, 403);
    let extras = server
        .get("/data/docs.json?_extra=count,columns,primary_keys&_size=1&id__gt=1")
        .await
        .json();
    assert_eq!(
        (&extras["count"], &extras["primary_keys"]),
        (&json!(2), &json!(["id"]))
    );
    assert_eq!(extras["columns"][1], "title");
}
