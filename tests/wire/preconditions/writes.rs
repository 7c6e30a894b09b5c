//! Writes with preconditions, in every API.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ask, deletes, number, reset, serve, tag, unmet, updates, write};
use crate::support::{Server, tuple};

#[tokio::test]
async fn the_tag_that_was_read_lets_one_write_through_and_none_after_it() {
    let server = serve().await;
    for (write, _) in updates() {
        reset(&server).await;
        let read = tag(&server).await;
        let headers = [("if-match", &*read)];
        let answer = write.send(&server, &headers).await;
        assert!(
            matches!(answer.status, 200..=204),
            "{}: {answer:?}",
            write.path
        );
        assert_eq!(number(&server).await, Some(7), "{}", write.path);
        server.execute("UPDATE t SET n = 8 WHERE k = 'a'").await;
        let answer = write.send(&server, &headers).await;
        unmet(&answer, write.path, "If-Match");
        unmet(&answer, write.path, "read the row again");
        assert_eq!(number(&server).await, Some(8), "{}", write.path);
    }
    for write in deletes() {
        reset(&server).await;
        let read = tag(&server).await;
        let answer = write.send(&server, &[("if-match", "\"other\"")]).await;
        unmet(&answer, write.path, "read the row again");
        assert_eq!(number(&server).await, Some(1), "{}", write.path);
        let answer = write.send(&server, &[("if-match", &read)]).await;
        assert!(
            matches!(answer.status, 200 | 204),
            "{}: {answer:?}",
            write.path
        );
        assert_eq!(number(&server).await, None, "{}", write.path);
    }
}

#[tokio::test]
async fn tags_are_compared_strongly_and_any_of_a_list_will_do() {
    let server = serve().await;
    for (write, _) in updates() {
        reset(&server).await;
        let read = tag(&server).await;
        for stale in [
            format!("W/{read}"),
            "\"x\", \"y\"".to_owned(),
            "\"\"".to_owned(),
        ] {
            let answer = write.send(&server, &[("if-match", &stale)]).await;
            unmet(&answer, write.path, "If-Match");
        }
        // The row is as it must not be.
        for known in [read.clone(), format!("W/{read}")] {
            let answer = write.send(&server, &[("if-none-match", &known)]).await;
            unmet(&answer, write.path, "If-None-Match");
        }
        assert_eq!(number(&server).await, Some(1), "{}", write.path);
        let list = format!("\"x\", W/\"y\" , {read}");
        let answer = write.send(&server, &[("if-match", &list)]).await;
        assert!(answer.status < 300, "{}: {answer:?}", write.path);
        reset(&server).await;
        for (name, value) in [("if-match", "*"), ("if-none-match", "\"x\"")] {
            let answer = write.send(&server, &[(name, value)]).await;
            assert!(answer.status < 300, "{}: {answer:?}", write.path);
        }
        assert_eq!(number(&server).await, Some(7), "{}", write.path);
    }
}

/// A row that a path names and that is not there is 404, as without the header (RFC 9110, section 13.2.1).
#[tokio::test]
async fn what_must_be_there_is_not_inserted() {
    let server = serve().await;
    server.execute("DELETE FROM t WHERE k = 'a'").await;
    let all = updates().into_iter().map(|(write, inserts)| {
        let contract = write.path.starts_with("/data/t/a/");
        (write, inserts || !contract)
    });
    let deletes = deletes().into_iter().map(|write| (write, false));
    for (write, fails) in all.chain(deletes) {
        for expected in ["*", "\"x\""] {
            let answer = write.send(&server, &[("if-match", expected)]).await;
            if fails {
                unmet(&answer, write.path, "none is");
            } else {
                assert_eq!(answer.status, 404, "{}: {answer:?}", write.path);
            }
        }
        assert_eq!(number(&server).await, None, "{}", write.path);
    }
}

#[tokio::test]
async fn what_must_not_be_there_is_inserted_and_nothing_else() {
    let server = serve().await;
    let missing = [("if-none-match", "*")];
    let mut all = updates();
    let inserts = [
        (
            "/CSSAPI/V2/t/Add",
            json!({"Tuples": [tuple("k", "a"), tuple("n", 7)]}),
        ),
        ("/data/t/-/insert", json!({"row": {"k": "a", "n": 7}})),
        (
            "/data/t/-/insert",
            json!({"row": {"k": "a", "n": 7}, "ignore": true}),
        ),
        ("/services/data/v59.0/sobjects/t", json!({"k": "a", "n": 7})),
    ];
    all.extend(inserts.map(|(path, body)| (write(Method::POST, path, body), true)));
    for (write, inserts) in all {
        reset(&server).await;
        let answer = write.send(&server, &missing).await;
        unmet(&answer, write.path, "send its ETag in If-Match");
        assert_eq!(number(&server).await, Some(1), "{}", write.path);
        server.execute("DELETE FROM t WHERE k = 'a'").await;
        let answer = write.send(&server, &missing).await;
        let done = answer.status < 300;
        assert!(done || answer.status == 404, "{}: {answer:?}", write.path);
        let expected = inserts.then_some(7);
        assert_eq!(number(&server).await, expected, "{}", write.path);
    }
}

#[tokio::test]
async fn an_insert_of_a_row_that_counts_its_own_key_is_never_there() {
    let server = serve().await;
    for (path, body) in [
        (
            "/CSSAPI/V2/c/Add",
            json!({"Tuples": [tuple("name", "new")]}),
        ),
        ("/data/c/-/insert", json!({"row": {"name": "new"}})),
        ("/services/data/v59.0/sobjects/c", json!({"name": "new"})),
    ] {
        let write = write(Method::POST, path, body);
        let answer = write.send(&server, &[("if-match", "*")]).await;
        unmet(&answer, path, "none is");
        let answer = write.send(&server, &[("if-none-match", "*")]).await;
        assert!(matches!(answer.status, 200 | 201), "{path}: {answer:?}");
    }
    assert_eq!(server.count("c", "name = 'new'").await, 3);
}

#[tokio::test]
async fn a_clause_that_matches_more_than_one_row_is_about_none() {
    let server = serve().await;
    let body = json!({"Tuples": [tuple("n", 7)], "Clause": "n > 0", "AllowMultiUpdate": true});
    for operation in ["Upsert", "Update"] {
        let path = format!("/CSSAPI/V2/t/{operation}");
        for headers in [
            [("if-match", "*")],
            [("if-match", "\"x\"")],
            [("if-none-match", "\"x\"")],
            [("if-none-match", "*")],
        ] {
            let answer = ask(&server, Method::POST, &path, &headers, &body).await;
            unmet(&answer, &path, "one row");
        }
    }
    assert_eq!(server.count("t", "n = 7").await, 0);
}

#[tokio::test]
async fn both_headers_must_hold() {
    let server = serve().await;
    let read = tag(&server).await;
    let body = json!({"Tuples": [tuple("n", 7)], "Clause": "k = 'a'"});
    let path = "/CSSAPI/V2/t/Update";
    for (headers, status) in [
        ([("if-match", &*read), ("if-none-match", "*")], 412),
        ([("if-match", &*read), ("if-none-match", &*read)], 412),
        ([("if-match", "\"x\""), ("if-none-match", "\"x\"")], 412),
        ([("if-match", &*read), ("if-none-match", "\"x\"")], 200),
    ] {
        let answer = ask(&server, Method::POST, path, &headers, &body).await;
        assert_eq!(answer.status, status, "{headers:?} {answer:?}");
    }
}

/// The key is what finds the row; a row that moves is held against its tag as any other.
#[tokio::test]
async fn a_row_that_gets_another_key_keeps_to_its_tag() {
    let server = serve().await;
    let read = tag(&server).await;
    let path = "/data/t/a/-/update";
    let body = json!({"update": {"k": "z"}});
    let answer = ask(&server, Method::POST, path, &[("if-match", "\"x\"")], &body).await;
    unmet(&answer, path, "read the row again");
    let answer = ask(&server, Method::POST, path, &[("if-match", &read)], &body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(number(&server).await, None);
}

#[tokio::test]
async fn a_write_whose_precondition_holds_still_fails_for_its_own_reasons() {
    let server = serve().await;
    let read = tag(&server).await;
    let headers = [("if-match", &*read)];
    let body = json!({"Tuples": [tuple("k", "b")], "Clause": "k = 'a'"});
    let path = "/CSSAPI/V2/t/Update";
    let answer = ask(&server, Method::POST, path, &headers, &body).await;
    answer.fails(409, "unique_conflict", &[]);
    let body = json!({"Tuples": [tuple("n", "no number")], "Clause": "k = 'a'"});
    let answer = ask(&server, Method::POST, path, &headers, &body).await;
    answer.fails(400, "value_does_not_fit", &[]);
    assert_eq!(tag(&server).await, read);
    let _: Value = answer.json();
}

#[tokio::test]
async fn the_row_of_a_batch_that_fails_for_its_own_reasons_is_named() {
    let table =
        "CREATE TABLE u (k nvarchar(20) NOT NULL PRIMARY KEY, code nvarchar(20) NOT NULL UNIQUE);
        INSERT INTO u VALUES ('a', 'taken'), ('b', 'own');";
    let server = Server::with_tables(table, &["u"]).await;
    let path = "/CSSAPI/V2/u/UpsertMany";
    for row in [
        json!({"k": "b", "code": "taken"}),
        json!({"k": "c", "code": "taken"}),
    ] {
        let header = if row["k"] == "b" {
            ("if-match", "*")
        } else {
            ("if-none-match", "*")
        };
        let body = json!({"Key": "k", "AllOrNone": true, "Rows": [row]});
        let answer = ask(&server, Method::POST, path, &[header], &body).await;
        let told = answer.json();
        let result = &told["Results"][0];
        assert_eq!(told["TotalFailed"], 1, "{answer:?}");
        assert_eq!(result["Index"], 0, "{answer:?}");
        assert_eq!(result["Code"], "unique_conflict", "{answer:?}");
    }
    assert_eq!(server.count("u", "code = 'taken'").await, 1);
}
