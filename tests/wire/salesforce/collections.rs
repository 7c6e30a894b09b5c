//! The collections upsert where it goes well, all or none, repeated keys, and the vendor's samples.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ask, collection, done, error, org, org_with, records, refused, upsert};
use crate::support::Server;

async fn names(server: &Server) -> Vec<Value> {
    let body = json!({"Fields": ["Code", "Name"], "OrderByTag": {"Fields": ["Code"]}});
    server.rows("Vendor", body).await
}

#[tokio::test]
async fn the_vendor_s_samples_have_their_answers() {
    let server = org().await;
    let path = "/v46.0/composite/sobjects/Account/MyExtId__c";
    server
        .execute("INSERT INTO Account (MyExtId__c, Name) VALUES ('BBB', 'Old');")
        .await;
    // As it stands on the page.
    let body = r#"{
        "allOrNone" : false,
        "records" : [{
            "attributes" : {"type" : "Account"},
            "Name" : "Company One",
            "MyExtId__c" : "AAA"
        }, {
            "attributes" : {"type" : "Account"},
            "Name" : "Company Two",
            "MyExtId__c" : "BBB"
        }]
    }"#;
    let answer = ask(&server, Method::PATCH, path, body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let elements = answer.json();
    assert_eq!(elements.as_array().unwrap().len(), 2);
    let first = done(&elements[0], true);
    let second = done(&elements[1], false);
    assert_eq!(first[..3], second[..3]);
    let keys = elements[0].as_object().unwrap().keys();
    assert!(keys.eq(["id", "success", "errors", "created"]));

    // The other two samples: the second record has an id, which is not one of the object's.
    let bad = json!({"MyExtId__c": "DDD", "Name": "Four", "Id": "001xx0000004GxEAAU"});
    for (all_or_none, key) in [(false, "CCC"), (true, "EEE")] {
        let good = json!({"MyExtId__c": key, "Name": "Three"});
        let body =
            json!({"allOrNone": all_or_none, "records": records("Account", [good, bad.clone()])});
        let answer = ask(&server, Method::PATCH, path, body.to_string()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let elements = answer.json();
        if all_or_none {
            let rolled_back = json!({"success": false, "errors": [{
                "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK",
                "message": "Record rolled back because not all records were valid and the request was using AllOrNone header",
                "fields": [],
            }]});
            assert_eq!(elements[0], rolled_back);
        } else {
            done(&elements[0], true);
        }
        let refused = json!({"success": false, "errors": [{
            "statusCode": "MALFORMED_ID",
            "message": "Account ID: id value of incorrect type: 001xx0000004GxEAAU",
            "fields": ["Id"],
        }]});
        assert_eq!(elements[1], refused);
    }
    assert_eq!(server.count("Account", "Name = 'Three'").await, 1);
    assert_eq!(server.count("Account", "Name = 'Four'").await, 0);
}

#[tokio::test]
async fn results_keep_the_order_and_the_order_of_keys_does_not_matter() {
    let server = org().await;
    upsert(&server, false, &[json!({"Code": "b", "Name": "old"})]).await;
    // jsforce puts the external id before the attributes, others the attributes last.
    let body = r#"{"records":[
        {"Code":"c","attributes":{"type":"vendor"},"Name":"C"},
        {"attributes":{"type":"Vendor","url":"/x"},"Name":"B","Code":"b"},
        {"Name":"A","Code":"a","attributes":{"type":"Vendor"}}],"allOrNone":"false"}"#;
    let answer = ask(&server, Method::PATCH, &collection("vendor", "CODE"), body).await;
    let elements = answer.json();
    let created: Vec<bool> = (0..3).map(|i| elements[i]["created"] == true).collect();
    assert_eq!(created, [true, false, true], "{answer:?}");
    for (element, created) in elements.as_array().unwrap().iter().zip(created) {
        done(element, created);
    }
    assert_eq!(
        names(&server).await,
        [
            json!({"Code": "a", "Name": "A"}),
            json!({"Code": "b", "Name": "B"}),
            json!({"Code": "c", "Name": "C"})
        ]
    );
}

#[tokio::test]
async fn null_clears_a_field_and_what_is_left_out_stays() {
    let server = org().await;
    let full = json!({"Code": "a", "Name": "A", "TaxNo": "1", "Amount": 12.25, "Active": false});
    upsert(&server, false, &[full]).await;
    let elements = upsert(&server, false, &[json!({"Code": "a", "TaxNo": null})]).await;
    done(&elements[0], false);
    let body = json!({"Fields": ["Name", "TaxNo", "Amount", "Active"]});
    assert_eq!(
        server.rows("Vendor", body).await,
        [json!({"Name": "A", "TaxNo": null, "Amount": 12.25, "Active": false})]
    );
    // A record that says nothing but its key is found, and stays as it is.
    let elements = upsert(&server, false, &[json!({"Code": "A"})]).await;
    done(&elements[0], false);
}

#[tokio::test]
async fn an_id_is_the_same_whenever_a_record_is_met_and_leads_to_it() {
    let server = org().await;
    let first = upsert(
        &server,
        false,
        &[
            json!({"Code": "a", "Name": "A"}),
            json!({"Code": "b", "Name": "B"}),
        ],
    )
    .await;
    let again = upsert(
        &server,
        true,
        &[json!({"Code": "b"}), json!({"Code": "a", "Name": "C"})],
    )
    .await;
    let (a, b) = (done(&first[0], true), done(&first[1], true));
    assert_ne!(a, b);
    assert_eq!(
        (done(&again[0], false), done(&again[1], false)),
        (b, a.clone())
    );
    let read = ask(
        &server,
        Method::GET,
        &format!("/v59.0/sobjects/Vendor/{a}"),
        "",
    )
    .await;
    assert_eq!(read.json()["Name"], "C", "{read:?}");
}

#[tokio::test]
async fn two_hundred_records_are_taken_and_one_more_is_not() {
    let server = org().await;
    let many = |count: usize| -> Vec<Value> {
        let one = |n: usize| json!({"Code": format!("c{n}"), "Name": "many"});
        (0..count).map(one).collect()
    };
    let elements = upsert(&server, false, &many(200)).await;
    assert_eq!(elements.len(), 200);
    assert!(elements.iter().all(|element| element["created"] == true));
    let body = json!({"records": records("Vendor", many(201))});
    let answer = ask(
        &server,
        Method::PATCH,
        &collection("Vendor", "Code"),
        body.to_string(),
    )
    .await;
    let message = "record limit reached. cannot submit more than 200 records into this call";
    refused(&answer, 400, "EXCEEDED_ID_LIMIT", message);
    assert_eq!(server.count("Vendor", "Name = 'many'").await, 200);
}

#[tokio::test]
async fn no_records_are_no_error() {
    let server = org().await;
    let answer = ask(
        &server,
        Method::PATCH,
        &collection("Vendor", "Code"),
        r#"{"records":[]}"#,
    )
    .await;
    assert_eq!((answer.status, answer.text.as_str()), (200, "[]"));
}

#[tokio::test]
async fn a_key_that_stands_twice_refuses_every_record_that_has_it() {
    let server = org().await;
    let sent = [
        json!({"Code": "A-1", "Name": "first"}),
        json!({"Code": "other", "Name": "good"}),
        json!({"Code": "a-1", "Name": "second"}),
    ];
    let elements = upsert(&server, false, &sent).await;
    for (at, value) in [(0, "A-1"), (2, "a-1")] {
        let (code, message, fields) = error(&elements[at]);
        assert_eq!(code, "DUPLICATE_VALUE");
        assert_eq!(message, format!("Duplicate external id specified: {value}"));
        assert_eq!(fields, json!(["Code"]));
    }
    done(&elements[1], true);
    assert_eq!(
        names(&server).await,
        [json!({"Code": "other", "Name": "good"})]
    );
    // In another request it is an update.
    let elements = upsert(&server, false, &sent[1..2]).await;
    done(&elements[0], false);
}

#[tokio::test]
async fn all_or_none_writes_nothing_when_one_record_is_refused() {
    let server = org().await;
    upsert(
        &server,
        false,
        &[json!({"Code": "here", "Name": "as it was"})],
    )
    .await;
    // Refused before anything is written, and by the database.
    for (bad, code) in [
        (json!({"Code": "bad"}), "REQUIRED_FIELD_MISSING"),
        (
            json!({"Code": "bad", "Name": "x", "Rating": 9}),
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        ),
        (
            json!({"Code": "bad", "Name": "x", "Manager": {"Code": "y"}}),
            "INVALID_FIELD",
        ),
    ] {
        let sent = [
            json!({"Code": "new", "Name": "x"}),
            bad,
            json!({"Code": "here", "Name": "changed"}),
        ];
        let elements = upsert(&server, true, &sent).await;
        for at in [0, 2] {
            let (rolled_back, message, fields) = error(&elements[at]);
            assert_eq!(rolled_back, "ALL_OR_NONE_OPERATION_ROLLED_BACK");
            assert!(message.starts_with("Record rolled back because not all records were valid"));
            assert_eq!(fields, json!([]));
        }
        assert_eq!(error(&elements[1]).0, code);
        assert_eq!(
            names(&server).await,
            [json!({"Code": "here", "Name": "as it was"})]
        );
    }
    let sent = [
        json!({"Code": "new", "Name": "x"}),
        json!({"Code": "here", "Name": "changed"}),
    ];
    let elements = upsert(&server, true, &sent).await;
    done(&elements[0], true);
    done(&elements[1], false);
}

#[tokio::test]
async fn the_key_may_be_the_primary_key_under_its_own_name() {
    let server = org().await;
    let country = |title: &str| records("Country", [json!({"CountryCode": "AT", "Title": title})]);
    let mut ids = Vec::new();
    for (title, created) in [("Austria", true), ("Österreich", false)] {
        let body = json!({"records": country(title)}).to_string();
        let answer = ask(
            &server,
            Method::PATCH,
            &collection("Country", "countrycode"),
            body,
        )
        .await;
        ids.push(done(&answer.json()[0], created));
    }
    assert_eq!(ids[0], ids[1], "a text's id stays the same");

    // A key that the database counts is found, and not taken.
    let id = upsert(&server, false, &[json!({"Code": "a", "Name": "A"})]).await;
    done(&id[0], true);
    let sent = [
        json!({"VendorId": 1, "Name": "found"}),
        json!({"VendorId": 99, "Name": "x", "Code": "x"}),
    ];
    let body = json!({"records": records("Vendor", sent)}).to_string();
    let answer = ask(
        &server,
        Method::PATCH,
        &collection("Vendor", "VendorId"),
        body,
    )
    .await;
    assert_eq!(done(&answer.json()[0], false), done(&id[0], true));
    let (code, message, fields) = error(&answer.json()[1]);
    assert_eq!(code, "INVALID_FIELD_FOR_INSERT_UPDATE");
    assert!(message.contains("caller_keys"), "{message}");
    assert_eq!(fields, json!(["VendorId"]));

    // A GUID finds its row, and makes one where the entity takes callers' keys.
    let guid = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
    for created in [true, false] {
        let body = json!({"records": records("Doc", [json!({"DocId": guid, "Title": "T"})])});
        let answer = ask(
            &server,
            Method::PATCH,
            &collection("Doc", "DocId"),
            body.to_string(),
        )
        .await;
        done(&answer.json()[0], created);
    }
}

#[tokio::test]
async fn an_external_id_that_several_rows_have_names_them() {
    let server = org().await;
    let two = [
        json!({"Code": "a", "Name": "A", "Region": "north"}),
        json!({"Code": "b", "Name": "B", "Region": "north"}),
    ];
    let made = upsert(&server, false, &two).await;
    let sent = [
        json!({"Region": "NORTH", "Name": "x"}),
        json!({"Region": "south", "Name": "C", "Code": "c"}),
    ];
    let body = json!({"records": records("Vendor", sent)}).to_string();
    let answer = ask(
        &server,
        Method::PATCH,
        &collection("Vendor", "Region"),
        body,
    )
    .await;
    let (code, message, fields) = error(&answer.json()[0]);
    assert_eq!(code, "DUPLICATE_EXTERNAL_ID");
    let ids = format!(
        "[{}, {}]",
        made[0]["id"].as_str().unwrap(),
        made[1]["id"].as_str().unwrap()
    );
    assert_eq!(
        message,
        format!("Region: more than one record found for external id field: {ids}")
    );
    assert_eq!(fields, json!(["Region"]));
    done(&answer.json()[1], true);
}

#[tokio::test]
async fn who_may_not_read_is_not_told_which_rows_are_in_the_way() {
    let server = org_with(|config| config.serving.declared[0].actions.view = false).await;
    let two = [
        json!({"Code": "a", "Name": "A", "TaxNo": "1"}),
        json!({"Code": "b", "Name": "B", "TaxNo": "1"}),
    ];
    let elements = upsert(&server, false, &two).await;
    done(&elements[0], true);
    let (code, message, _) = error(&elements[1]);
    assert_eq!(code, "DUPLICATE_VALUE");
    assert!(message.ends_with("record with id: <unknown>"), "{message}");
}
