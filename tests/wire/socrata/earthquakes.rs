//! The vendor's own example, with its inputs: an upsert that creates, updates and deletes, and the same again.

use serde_json::{Value, json};

use super::{ID, counts, earthquakes, post, rows};

/// The payload of the upsert page.
pub fn payload() -> Value {
    json!([{
        "earthquake_id": "demo1234",
        "region": "Washington",
        "source": "demo",
        "location": {"latitude": 47.59815, "longitude": -122.33454},
        "magnitude": 1.2,
        "number_of_stations": 1,
        "datetime": "2014-03-26T22:38:01",
        "depth": 7.9,
        "version": 1
    }, {
        "earthquake_id": "71842370",
        "region": "Northern California",
        "source": "nc",
        "location": {"longitude": -122.7685, "latitude": 38.8023},
        "magnitude": 1.4,
        "number_of_stations": 21,
        "datetime": "2012-09-14T22:14:21",
        "depth": 0.00,
        "version": 2
    }, {
        "earthquake_id": "00388609",
        ":deleted": true
    }])
}

#[tokio::test]
async fn the_upsert_creates_updates_and_deletes_and_sent_again_finds_nothing_to_delete() {
    let server = earthquakes().await;
    let first = post(&server, ID, &payload()).await;
    assert_eq!(counts(&first), [1, 1, 1, 0, 3, 0]);
    assert_eq!(
        first.header("x-socrata-requestid"),
        first.header("x-log-id")
    );
    let again = post(&server, ID, &payload()).await;
    assert_eq!(counts(&again), [0, 2, 0, 1, 2, 0]);
    assert_eq!(
        rows(&server, &format!("{ID}.json?$order=earthquake_id")).await,
        [
            json!({
                "earthquake_id": "71842370", "region": "Northern California", "source": "nc",
                "magnitude": "1.40", "number_of_stations": "21", "datetime": "2012-09-14T22:14:21.000",
                "depth": "0.000", "version": "2", "felt": false,
                "location": {"latitude": "38.802300", "longitude": "-122.768500"},
            }),
            json!({
                "earthquake_id": "demo1234", "region": "Washington", "source": "demo",
                "magnitude": "1.20", "number_of_stations": "1", "datetime": "2014-03-26T22:38:01.000",
                "depth": "7.900", "version": "1",
                "location": {"latitude": "47.598150", "longitude": "-122.334540"},
            }),
        ]
    );
}
