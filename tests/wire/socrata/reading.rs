//! Reads: the parameters of a query, and how values are written.

use serde_json::{Value, json};

use super::{earthquakes, notes, refused, rows};
use crate::support::{Server, Sql};

async fn ids(server: &Server, query: &str) -> Vec<String> {
    let found = rows(
        server,
        &format!("earthquakes.json?$select=earthquake_id&{query}"),
    )
    .await;
    let id = |row: &Value| row["earthquake_id"].as_str().unwrap().to_owned();
    found.iter().map(id).collect()
}

#[tokio::test]
async fn rows_are_filtered_by_conditions_and_by_columns() {
    let server = earthquakes().await;
    let (california, nevada) = ("71842370", "00388609");
    for (query, expected) in [
        ("$where=magnitude > 1.2", vec![california]),
        (
            "$where=magnitude %3E= 1 and source in('nn', 'x')",
            vec![nevada],
        ),
        ("$where=REGION like 'N%25' AND felt IS NULL", vec![nevada]),
        (
            "$where=datetime between '2012-09-14T22:00:00' and '2012-09-14T22:20:00'",
            vec![california],
        ),
        ("$where=felt = false", vec![california]),
        (
            "$where=`source` = 'nc' or \"source\" = 'x'",
            vec![california],
        ),
        ("source=nn", vec![nevada]),
        ("Number_Of_Stations=9&version=1", vec![nevada]),
        ("felt=false&$where=version=1", vec![california]),
        ("datetime=2012-09-14T22:44:52.000", vec![nevada]),
        ("datetime=09/14/2012 10:44:52 PM", vec![nevada]),
        ("$where=source='nc'&source=nn", vec![]),
    ] {
        assert_eq!(ids(&server, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn rows_are_ordered_by_several_columns_each_in_its_direction() {
    let server = earthquakes().await;
    server.execute("INSERT INTO earthquakes (earthquake_id, version, magnitude) VALUES ('x', 2, 1), ('y', 2, 3)").await;
    for (order, expected) in [
        ("version DESC, magnitude", "x y 00388609 71842370"),
        ("version, magnitude desc", "71842370 00388609 y x"),
        (":id", "00388609 71842370 x y"),
        ("earthquake_id DESC", "y x 71842370 00388609"),
    ] {
        assert_eq!(
            ids(&server, &format!("$order={order}")).await.join(" "),
            expected,
            "{order}"
        );
    }
    let page = ids(&server, "$order=earthquake_id&$limit=2&$offset=1").await;
    assert_eq!(page, ["71842370", "x"]);
    assert!(ids(&server, "$limit=0").await.is_empty());
}

#[tokio::test]
async fn a_read_says_which_fields_it_wants_and_what_they_are_called() {
    let server = earthquakes().await;
    let path = "earthquakes.json?$select=source as s, magnitude, location&$order=s&$limit=1";
    assert_eq!(
        rows(&server, path).await,
        [json!({
            "s": "nc", "magnitude": "1.30",
            "location": {"latitude": "38.802300", "longitude": "-122.768500"},
        })]
    );
    let all = rows(&server, "earthquakes.json?$select=:*,*,latitude&$limit=1").await;
    assert!(all[0][":id"].is_string() && all[0]["latitude"].is_string());
    assert_eq!(
        rows(&server, "earthquakes.json?$select=count(*)").await,
        [json!({"count": "2"})]
    );
    let grouped = "earthquakes.json?$select=version, count(*) as n&$group=version";
    assert_eq!(
        rows(&server, grouped).await,
        [json!({"version": "1", "n": "2"})]
    );
}

#[tokio::test]
async fn a_thousand_rows_are_given_unless_more_are_asked_for() {
    let server = notes().await;
    let values = vec!["('x')"; 500].join(",");
    let insert = |column: &str| format!("INSERT INTO notes ({column}) VALUES {values};");
    let (sqlite, mssql) = (
        insert("\"Note Text\"").repeat(3),
        insert("[Note Text]").repeat(3),
    );
    let sql = Sql {
        sqlite: &sqlite,
        mssql: &mssql,
    };
    server.execute(sql).await;
    assert_eq!(rows(&server, "notes.json").await.len(), 1000);
    assert_eq!(rows(&server, "notes.json?$limit=50000").await.len(), 1502);
    assert_eq!(
        rows(&server, "notes.json?$limit=1500&$offset=1000")
            .await
            .len(),
        502
    );
    let more = server.get("/resource/notes.json?$limit=50001").await;
    refused(
        &more,
        400,
        "query.compiler.malformed",
        &["50000", "$offset"],
    );
}

#[tokio::test]
async fn what_soql_has_and_this_service_has_not_is_refused_by_name() {
    let server = earthquakes().await;
    for (query, code, words) in [
        (
            "$where=upper(source)='NC'",
            "query.soql.no-such-function",
            "upper",
        ),
        (
            "$select=max(magnitude)",
            "query.soql.no-such-function",
            "max",
        ),
        (
            "$order=lower(source)",
            "query.soql.no-such-function",
            "lower",
        ),
        ("$where=colour='red'", "query.soql.no-such-column", "colour"),
        ("$select=colour", "query.soql.no-such-column", "colour"),
        ("$order=colour", "query.soql.no-such-column", "colour"),
        ("colour=red", "query.soql.no-such-column", "colour"),
        ("$where=1=1", "query.compiler.malformed", ""),
        ("$where=magnitude >", "query.compiler.malformed", ""),
        (
            "$where=magnitude > 'much'",
            "query.soql.type-mismatch",
            "magnitude",
        ),
        (
            "$where=location='x'",
            "query.compiler.malformed",
            "location",
        ),
        ("location=x", "query.compiler.malformed", "location"),
        (":id=7", "query.compiler.malformed", ":id"),
        ("$q=water", "query.compiler.malformed", "$q"),
        ("$query=select *", "query.compiler.malformed", "$query"),
        ("$colour=red", "query.compiler.malformed", "$colour"),
        ("$limit=many", "query.compiler.malformed", "$limit"),
        ("$offset=-1", "query.compiler.malformed", "$offset"),
        ("$select=source,count(*)", "invalid_request", "$group"),
    ] {
        let answer = server
            .get(&format!("/resource/4tka-6guv.json?{query}"))
            .await;
        refused(&answer, 400, code, &[words]);
    }
}

#[tokio::test]
async fn places_and_other_objects_are_kept_as_json_where_a_text_column_takes_them() {
    let server = notes().await;
    let place = json!({"latitude": "47.6", "longitude": "-122.3", "human_address": "{\"city\":\"Seattle\"}"});
    let point = json!({"type": "Point", "coordinates": [-122.3, 47.6]});
    let url = json!({"url": "http://example.com", "description": "x"});
    let body = json!([{"note_text": place}, {"note_text": point}, {"note_text": url}, {"note_text": 12.50}]);
    let answer = super::post(&server, "notes", &body).await;
    assert_eq!(super::counts(&answer), [4, 0, 0, 0, 0, 0]);
    let found = rows(
        &server,
        "notes.json?$select=note_text&$where=id > 2&$order=id",
    )
    .await;
    assert_eq!(found[0]["note_text"], place);
    assert_eq!(found[1]["note_text"], point);
    assert_eq!(found[2]["note_text"], url.to_string());
    assert!(found[3]["note_text"].is_string());
}
