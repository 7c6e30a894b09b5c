//! What a clause matches, asked through Get and COUNT(*) of one small table.

use serde_json::{Value, json};

use crate::support::{Server, Sql, all, rule};

const TABLE: Sql = Sql {
    sqlite: r#"
CREATE TABLE t ("id" INTEGER PRIMARY KEY, "name" nvarchar(20) COLLATE NOCASE, "n" int, "d" decimal(12,2),
    "f" float, "day" date, "at" datetime2(3), "zoned" datetimeoffset(0), "flag" bit, "guid" uniqueidentifier);
INSERT INTO t VALUES
 (1, 'Acme',      1, 1.5,  0.1, '2026-01-31', '2026-01-31 10:00:00',     '2026-01-31 10:00:00+00:00', 1, '00112233-4455-6677-8899-aabbccddeeff'),
 (2, 'ACME Ltd',  2, 2,    0.5, '2026-02-01', '2026-02-01 00:00:00.5',   '2026-01-31 12:00:00+02:00', 0, NULL),
 (3, 'Ärzte',     3, -2.25, 2,  '2026-02-02', '2026-02-02 23:59:59.999', '2026-01-31 09:00:00-02:00', 1, NULL),
 (4, '100%_[x]\', 4, 0,    -1,  NULL, NULL, NULL, NULL, NULL),
 (5, '',          5, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (6, NULL,        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
"#,
    mssql: r"
CREATE TABLE t (id bigint PRIMARY KEY, name nvarchar(20), n int, d decimal(12,2),
    f float, day date, at datetime2(3), zoned datetimeoffset(0), flag bit, guid uniqueidentifier);
INSERT INTO t VALUES
 (1, N'Acme',      1, 1.5,  0.1, '2026-01-31', '2026-01-31T10:00:00',     '2026-01-31T10:00:00+00:00', 1, '00112233-4455-6677-8899-aabbccddeeff'),
 (2, N'ACME Ltd',  2, 2,    0.5, '2026-02-01', '2026-02-01T00:00:00.5',   '2026-01-31T12:00:00+02:00', 0, NULL),
 (3, N'Ärzte',     3, -2.25, 2,  '2026-02-02', '2026-02-02T23:59:59.999', '2026-01-31T09:00:00-02:00', 1, NULL),
 (4, N'100%_[x]\', 4, 0,    -1,  NULL, NULL, NULL, NULL, NULL),
 (5, N'',          5, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (6, NULL,         NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
",
};

async fn ids(server: &Server, clause: Value) -> Vec<i64> {
    let body = json!({"Fields": ["id"], "Clause": clause});
    let rows = server.rows("t", body).await;
    rows.iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn every_operator_matches_what_sql_would() {
    let server = Server::with_tables(TABLE, &["t"]).await;
    for (field, operator, value, expected) in [
        ("name", "equal", json!("acme"), vec![1]),
        ("name", "equal", json!("äRZTE"), vec![3]),
        ("name", "not_equal", json!("acme"), vec![2, 3, 4, 5]),
        ("name", "in", json!(["ACME", "ÄRZTE"]), vec![1, 3]),
        ("name", "in", json!("acme"), vec![1]),
        ("name", "not_in", json!(["ACME", "ÄRZTE"]), vec![2, 4, 5]),
        ("n", "less", json!("2"), vec![1]),
        ("n", "less_or_equal", json!(2), vec![1, 2]),
        ("n", "greater", json!(4.5), vec![5]),
        ("n", "greater_or_equal", json!("4e0"), vec![4, 5]),
        ("d", "between", json!([0, "1.50"]), vec![1, 4]),
        ("d", "not_between", json!([0, 1.5]), vec![2, 3]),
        ("d", "between", json!([2, 0]), vec![]),
        ("name", "begins_with", json!("ac"), vec![1, 2]),
        ("name", "begins_with", json!("ÄR"), vec![3]),
        ("name", "not_begins_with", json!("ac"), vec![3, 4, 5]),
        ("name", "contains", json!("ME L"), vec![2]),
        ("name", "contains", json!("%"), vec![4]),
        ("name", "contains", json!("_["), vec![4]),
        ("name", "contains", json!("[x]\\"), vec![4]),
        ("name", "not_contains", json!("e"), vec![4, 5]),
        ("name", "ends_with", json!("TE"), vec![3]),
        ("name", "not_ends_with", json!("te"), vec![1, 2, 4, 5]),
        ("name", "is_empty", json!(null), vec![5]),
        ("name", "is_not_empty", json!(null), vec![1, 2, 3, 4]),
        ("name", "is_null", json!(null), vec![6]),
        ("name", "is_not_null", json!(null), vec![1, 2, 3, 4, 5]),
        ("flag", "equal", json!("TRUE"), vec![1, 3]),
        ("flag", "not_equal", json!(1), vec![2]),
        ("day", "less", json!("2026-02-01"), vec![1]),
        (
            "at",
            "greater",
            json!("2026-02-01T00:00:00.499"),
            vec![2, 3],
        ),
        ("at", "equal", json!("2026-01-31T10:00"), vec![1]),
        // The same instant, whatever the offsets.
        ("zoned", "equal", json!("2026-01-31T10:00:00Z"), vec![1, 2]),
        ("zoned", "greater", json!("2026-01-31T10:00:00"), vec![3]),
        (
            "guid",
            "equal",
            json!("{00112233-4455-6677-8899-AABBCCDDEEFF}"),
            vec![1],
        ),
        ("f", "equal", json!(0.1), vec![1]),
    ] {
        let clause = all(&[rule(field, operator, value.clone())]);
        assert_eq!(
            ids(&server, clause).await,
            expected,
            "{field} {operator} {value}"
        );
    }
}

#[tokio::test]
async fn a_pattern_with_a_nul_is_refused_like_any_text_with_one() {
    let server = Server::demo().await;
    for operator in ["equal", "contains", "begins_with", "not_ends_with"] {
        let clause = all(&[rule("City", operator, "a\u{0}b")]);
        let answer = server
            .post("tblCustomers", "Get", json!({"Clause": clause}))
            .await;
        answer.fails(400, "value_does_not_fit", &["'City'", "NUL"]);
    }
}

#[tokio::test]
async fn a_value_finer_longer_or_wider_than_the_column_compares_exactly() {
    let server = Server::with_tables(TABLE, &["t"]).await;
    for (clause, expected) in [
        ("d = 1.999", vec![]),
        ("d <> 1.999", vec![1, 2, 3, 4]),
        ("d > 1.999", vec![2]),
        ("d < -2.2451", vec![3]),
        ("d NOT BETWEEN -2.2501 AND 1.501", vec![2]),
        ("d IN (1.999, 2.0)", vec![2]),
        ("d NOT IN (1.999)", vec![1, 2, 3, 4]),
        ("d < 1e30", vec![1, 2, 3, 4]),
        ("n = 99999999999999999999", vec![]),
        ("n < 99999999999999999999", vec![1, 2, 3, 4, 5]),
        ("n > -3000000000", vec![1, 2, 3, 4, 5]),
        ("n > 1.5 AND n < 2.5", vec![2]),
        (
            "name = 'Acme but far longer than the column could ever be'",
            vec![],
        ),
        ("day < '2026-01-31T12:00:00'", vec![1]),
        ("day = '2026-01-31T12:00:00'", vec![]),
        ("NOT d = 1.999", vec![1, 2, 3, 4]),
        ("f > 0.30000000000000000001", vec![2, 3]),
    ] {
        assert_eq!(ids(&server, json!(clause)).await, expected, "{clause}");
    }
}

#[tokio::test]
async fn groups_nest_and_negate() {
    let server = Server::with_tables(TABLE, &["t"]).await;
    let inner = json!({"condition": "or", "not": true, "rules": [rule("n", "equal", 1), rule("n", "equal", 2)]});
    let clause = json!({"condition": "AND", "rules": [rule("id", "less", 5), inner],
        "GroupByTag": ["ignored"], "Length": 1, "valid": true});
    assert_eq!(ids(&server, clause).await, [3, 4]);
    let text = "(n = 1 OR n = 2) AND NOT (name LIKE '%[l-m]td' OR flag IS NULL)";
    assert_eq!(ids(&server, json!(text)).await, [1]);
    assert_eq!(ids(&server, json!("2 > n AND [id] <> 9")).await, [1]);
    assert_eq!(
        ids(&server, json!("name LIKE '100!%!_%' ESCAPE '!'")).await,
        [4]
    );
}

/// A clause, the code of its refusal, and what the message must name: place and reason.
type Refused = (Value, &'static str, &'static [&'static str]);

async fn refuses(cases: Vec<Refused>) {
    let server = Server::with_tables(TABLE, &["t"]).await;
    for (clause, code, words) in cases {
        let answer = server
            .post("t", "Get", json!({"Clause": clause.clone()}))
            .await;
        println!("{clause}");
        answer.fails(400, code, words);
    }
}

#[tokio::test]
async fn what_a_rule_cannot_say_is_refused_with_its_place() {
    let one = |operator: &str, value: Value| all(&[rule("n", operator, value)]);
    let deep = (0..40).fold(rule("n", "equal", 1), |inner, _| json!({"rules": [inner]}));
    let mut marked = rule("n", "equal", 1);
    marked["valid"] = json!(false);
    let mut twice = rule("n", "equal", 1);
    twice["Field"] = json!("id");
    refuses(vec![
        (
            one("in", json!([])),
            "clause_empty",
            &["Clause.rules[0]", "'in'", "empty array"],
        ),
        (
            one("between", json!([1])),
            "clause_invalid",
            &["Clause.rules[0]", "'between'", "two values"],
        ),
        (
            one("between", json!(1)),
            "clause_invalid",
            &["Clause.rules[0]", "'between'", "two values"],
        ),
        (
            one("between", json!([1, null])),
            "clause_not_allowed",
            &["Clause.rules[0]", "null"],
        ),
        (
            one("equal", json!(null)),
            "clause_not_allowed",
            &["Clause.rules[0]", "use is_null"],
        ),
        (
            one("like", json!(1)),
            "clause_invalid",
            &["Clause.rules[0]", "'like'", "begins_with"],
        ),
        (
            all(&[
                rule("n", "equal", 1),
                json!({"condition": "AND", "rules": []}),
            ]),
            "clause_empty",
            &["Clause.rules[1]", "without rules"],
        ),
        (
            json!({"condition": "XOR", "rules": [rule("n", "equal", 1)]}),
            "clause_invalid",
            &["Clause: ", "'XOR'"],
        ),
        (
            json!({"rules": [rule("n", "equal", 1)], "valid": false}),
            "clause_invalid",
            &["Clause is marked", "valid"],
        ),
        (
            all(&[marked]),
            "clause_invalid",
            &["Clause.rules[0] is marked", "valid"],
        ),
        (
            all(&[twice]),
            "clause_invalid",
            &["Clause.rules[0]", "field stands more than once"],
        ),
        (deep, "clause_too_large", &["more than 10 deep"]),
    ])
    .await;
}

#[tokio::test]
async fn what_a_column_cannot_be_asked_is_refused_with_its_place() {
    let second = |field: &str, operator: &str, value: Value| {
        all(&[
            rule("id", "greater", 0),
            json!({"rules": [rule("id", "less", 9), rule(field, operator, value)]}),
        ])
    };
    refuses(vec![
        (
            second("n", "contains", json!("1")),
            "operator_not_for_type",
            &["Clause.rules[1].rules[1]", "'n' is int"],
        ),
        (
            second("day", "is_empty", json!(null)),
            "operator_not_for_type",
            &["Clause.rules[1].rules[1]", "'day' is date", "'is_empty'"],
        ),
        (
            second("n", "equal", json!("abc")),
            "value_does_not_fit",
            &["Clause.rules[1].rules[1]", "'n' is int", "'abc'"],
        ),
        (
            all(&[rule("n", "equal", "")]),
            "value_does_not_fit",
            &["Clause.rules[0]", "'n' is int"],
        ),
        (
            all(&[rule("flag", "equal", 2)]),
            "value_does_not_fit",
            &["Clause.rules[0]", "'flag' is bit", "2"],
        ),
        (
            all(&[rule("day", "equal", "31.01.2026")]),
            "value_does_not_fit",
            &["Clause.rules[0]", "'day' is date", "YYYY-MM-DD"],
        ),
        (
            all(&[rule("nam", "equal", "x")]),
            "unknown_column",
            &["'nam'", "did you mean 'name'?"],
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_a_text_must_not_hold_is_refused_with_its_place() {
    refuses(vec![
        (
            json!("1=1"),
            "clause_not_allowed",
            &["a value with a value", "column"],
        ),
        (
            json!("n = n"),
            "clause_not_allowed",
            &["column 'n' with column 'n'"],
        ),
        (
            json!("n = 1; DROP TABLE t"),
            "clause_not_allowed",
            &["';' (character 6)", "second statement"],
        ),
        (
            json!("[n] = 1; DROP TABLE t"),
            "clause_not_allowed",
            &["';' (character 8)", "second statement"],
        ),
        (
            json!("n = 1 -- AND flag = 1"),
            "clause_not_allowed",
            &["comment (character 7)"],
        ),
        (
            json!("n = 1 /* x */"),
            "clause_not_allowed",
            &["comment (character 7)"],
        ),
        (
            json!("abs(n) = 1"),
            "clause_not_allowed",
            &["'abs' (character 1)", "function"],
        ),
        (
            json!("n IN (SELECT id FROM t)"),
            "clause_not_allowed",
            &["'SELECT' (character 7)"],
        ),
        (
            json!("n = 1 + 1"),
            "clause_not_allowed",
            &["'+' (character 7)", "arithmetic"],
        ),
        (json!("n = NULL"), "clause_not_allowed", &["IS NULL"]),
        (
            json!("n = 1 n"),
            "clause_not_allowed",
            &["'n' (character 7)", "AND, OR"],
        ),
        (
            json!("name = 'x"),
            "clause_invalid",
            &["line 1, character 8", "quotation mark"],
        ),
        (
            json!("t.n = 1"),
            "clause_not_allowed",
            &["'.' (character 2)", "column's name alone"],
        ),
        (json!("n IN ()"), "clause_empty", &["')'"]),
        (
            json!(r#"{"rules":[{"field":"n","value":1}],"rules":[]}"#),
            "clause_invalid",
            &["rules stands more than once", "column"],
        ),
        (
            json!("n = 1".to_owned() + &" OR n = 1".repeat(200)),
            "clause_too_large",
            &["200 rules"],
        ),
    ])
    .await;
}
