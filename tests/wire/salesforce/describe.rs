//! What the API says of itself.

use reqwest::Method;
use serde_json::{Value, json};

use super::{VENDOR, ask, org, org_with, refused};
use crate::support::Answer;

#[tokio::test]
async fn versions_are_listed_for_anybody() {
    let server = org().await;
    for path in ["/services/data", "/services/data/"] {
        let request = server.http.get(format!("{}{path}", server.base));
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let versions = answer.json();
        let item = json!({"label": "Winter '24", "url": "/services/data/v59.0", "version": "59.0"});
        assert!(versions.as_array().unwrap().contains(&item), "{answer:?}");
    }
    let resources = ask(&server, Method::GET, "/v59.0/", "").await;
    resources.is(&json!({
        "sobjects": "/services/data/v59.0/sobjects",
        "composite": "/services/data/v59.0/composite",
    }));
}

#[tokio::test]
async fn objects_are_listed_with_what_may_be_done() {
    let server = org_with(|config| config.serving.declared[VENDOR].actions.add = false).await;
    let list = ask(&server, Method::GET, "/v59.0/sobjects", "").await;
    assert_eq!(list.json()["maxBatchSize"], 200);
    let list = list.json()["sobjects"].clone();
    let objects = list.as_array().unwrap();
    let names: Vec<&Value> = objects.iter().map(|object| &object["name"]).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    let vendor = objects
        .iter()
        .find(|object| object["name"] == "Vendor")
        .unwrap();
    assert_eq!(
        vendor["urls"]["describe"],
        "/services/data/v59.0/sobjects/Vendor/describe"
    );
    let rights =
        ["createable", "updateable", "deletable", "retrieveable"].map(|right| &vendor[right]);
    assert_eq!(
        rights,
        [&json!(false), &json!(true), &json!(true), &json!(true)]
    );
    let prefixes: std::collections::BTreeSet<&str> = objects
        .iter()
        .map(|object| object["keyPrefix"].as_str().unwrap())
        .collect();
    assert_eq!(prefixes.len(), 4);
    let one = ask(&server, Method::GET, "/v59.0/sobjects/vendor", "").await;
    assert_eq!(
        one.json(),
        json!({"objectDescribe": vendor, "recentItems": []})
    );
}

#[tokio::test]
async fn fields_are_described() {
    let server = org().await;
    let answer = ask(&server, Method::GET, "/v59.0/sobjects/Vendor/describe", "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let described = answer.json();
    assert_eq!(described["name"], "Vendor");
    let fields = described["fields"].as_array().unwrap();
    let field = |name: &str| {
        let found = fields.iter().find(|field| field["name"] == name);
        found.unwrap_or_else(|| panic!("{name} in {answer:?}"))
    };
    let facts = |name: &str, keys: &[&str]| -> Vec<Value> {
        keys.iter().map(|key| field(name)[*key].clone()).collect()
    };
    let rights = [
        "nillable",
        "createable",
        "updateable",
        "externalId",
        "unique",
        "idLookup",
        "autoNumber",
    ];
    for (name, ty, expected) in [
        ("Id", "id", [false, false, false, false, true, true, false]),
        (
            "VendorId",
            "long",
            [false, false, false, false, true, true, true],
        ),
        (
            "Name",
            "string",
            [false, true, true, false, false, false, false],
        ),
        (
            "Region",
            "string",
            [true, true, true, true, false, true, false],
        ),
        (
            "Rating",
            "int",
            [true, true, true, false, false, false, false],
        ),
        (
            "RowGuid",
            "string",
            [false, false, false, false, false, false, false],
        ),
    ] {
        assert_eq!(field(name)["type"], ty, "{name}");
        assert_eq!(facts(name, &rights), expected.map(Value::Bool), "{name}");
    }
    assert_eq!(
        facts("Code", &["externalId", "unique", "idLookup"]),
        [true, true, true].map(Value::Bool)
    );
    assert_eq!(
        facts("Name", &["length", "byteLength"]),
        [json!(30), json!(90)]
    );
    assert_eq!(facts("Id", &["length"]), [json!(18)]);
    assert_eq!(
        facts("Amount", &["type", "precision", "scale"]),
        [json!("double"), json!(12), json!(2)]
    );
    assert_eq!(
        facts("Rating", &["digits", "soapType"]),
        [json!(3), json!("xsd:int")]
    );
    assert_eq!(
        facts("Active", &["type", "defaultedOnCreate"]),
        [json!("boolean"), json!(true)]
    );
    assert_eq!(facts("Since", &["type"]), [json!("date")]);
    assert_eq!(facts("SeenAt", &["type"]), [json!("datetime")]);
    assert_eq!(facts("Opens", &["type"]), [json!("time")]);
    assert_eq!(facts("Scan", &["type"]), [json!("base64")]);
    // What nobody may use is not shown.
    assert!(fields.iter().all(|field| field["name"] != "Secret"));
    let country = ask(&server, Method::GET, "/v59.0/sobjects/Country/describe", "").await;
    let title = country.json()["fields"][2].clone();
    assert_eq!(
        (&title["name"], &title["type"]),
        (&json!("Title"), &json!("textarea"))
    );
    let nothing = ask(&server, Method::GET, "/v59.0/sobjects/Nothing/describe", "").await;
    refused(
        &nothing,
        404,
        "NOT_FOUND",
        "The requested resource does not exist",
    );
}

#[tokio::test]
async fn an_object_that_allows_nothing_is_described_to_nobody() {
    let server = org_with(|config| {
        config.serving.declared[VENDOR].actions = upsertd::domain::Actions::NONE;
    })
    .await;
    let answer = ask(&server, Method::GET, "/v59.0/sobjects/Vendor/describe", "").await;
    let unknown = ask(&server, Method::GET, "/v59.0/sobjects/Vondor/describe", "").await;
    assert_eq!(answer.status, 404, "{answer:?}");
    assert_eq!(answer.text, unknown.text.replace("Vondor", "Vendor"));
}
