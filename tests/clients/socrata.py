"""What tests/clients/socrata.sh needs in Python: `create FILE` makes the database, `try URL ID SECRET` runs sodapy."""

import io
import sqlite3
import sys
import urllib.request

TABLE = """
CREATE TABLE earthquakes (
    earthquake_id "nvarchar(20)" NOT NULL PRIMARY KEY COLLATE NOCASE,
    region "nvarchar(100)" COLLATE NOCASE,
    source "nvarchar(10)" COLLATE NOCASE,
    latitude "decimal(9,6)",
    longitude "decimal(9,6)",
    magnitude "decimal(4,2)",
    number_of_stations int,
    datetime "datetime2(3)",
    depth "decimal(7,3)",
    version int);
INSERT INTO earthquakes (earthquake_id, version) VALUES ('71842370', 1), ('00388609', 1);
"""

UPSERT = [
    {
        "earthquake_id": "demo1234",
        "region": "Washington",
        "source": "demo",
        "location": {"latitude": 47.59815, "longitude": -122.334540},
        "magnitude": 1.2,
        "number_of_stations": 1,
        "datetime": "2014-03-26T22:38:01",
        "depth": 7.9,
        "version": 1,
    },
    {
        "earthquake_id": "71842370",
        "region": "Northern California",
        "source": "nc",
        "location": {"longitude": -122.7685, "latitude": 38.8023},
        "magnitude": 1.4,
        "number_of_stations": 21,
        "datetime": "2012-09-14T22:14:21",
        "depth": 0.00,
        "version": 2,
    },
    {"earthquake_id": "00388609", ":deleted": True},
]

CSV = """Earthquake ID,Region,Magnitude,Datetime,Location
csv1,"Castaic, CA",2,02/07/2018 01:26:13 AM,"(34.4945, -118.667166)"
csv2,,1.6,2018-02-07T01:13:57.750,
"""

ID = "4tka-6guv"


def counts(created=0, updated=0, deleted=0, errors=0, by_identifier=0, by_sid=0):
    return {
        "Rows Created": created,
        "Rows Updated": updated,
        "Rows Deleted": deleted,
        "Errors": errors,
        "By RowIdentifier": by_identifier,
        "By SID": by_sid,
    }


def same(found, expected):
    assert found == expected, f"{found!r} is not {expected!r}"


def refused(run, *words):
    try:
        run()
    except Exception as error:  # sodapy raises requests' errors
        text = str(error)
        assert all(word in text for word in words), text
    else:
        raise AssertionError(f"{words} was let through")


def token_for(url, client_id, secret):
    import base64
    import json

    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    request = urllib.request.Request(
        f"{url}/oauth/token",
        data=b"grant_type=client_credentials",
        headers={"Authorization": f"Basic {basic}"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["access_token"]


def attempt(url, client_id, secret):
    from requests.adapters import HTTPAdapter
    from sodapy import Socrata

    here = {"prefix": "http://", "adapter": HTTPAdapter()}
    domain = url.removeprefix("http://")
    client = Socrata(domain, "app token", username=client_id, password=secret, session_adapter=here)

    same(client.upsert(ID, UPSERT), counts(1, 1, 1, 0, 3))
    same(client.upsert(ID, UPSERT), counts(0, 2, 0, 1, 2))
    same(client.upsert(ID, io.StringIO(CSV)), counts(created=2, by_identifier=2))
    same(
        client.upsert("earthquakes", io.BytesIO(CSV.encode()), content_type="csv"),
        counts(updated=2, by_identifier=2),
    )
    same(client.upsert(ID, {"earthquake_id": "csv2", "version": 9})["version"], "9")

    found = client.get(ID, where="magnitude >= 1.4", order="magnitude DESC", select="earthquake_id, location")
    same([row["earthquake_id"] for row in found], ["csv1", "csv2", "71842370"])
    same(found[0]["location"], {"latitude": "34.494500", "longitude": "-118.667166"})
    same(len(client.get(ID)), 4)
    table = client.get(ID, content_type="csv", select="earthquake_id, region", order="earthquake_id", limit=2)
    same(table, [["earthquake_id", "region"], ["71842370", "Northern California"], ["csv1", "Castaic, CA"]])
    same(len(list(client.get_all(ID, limit=3, order="earthquake_id"))), 4)

    metadata = client.get_metadata(ID)
    same((metadata["id"], metadata["columns"][0]["fieldName"]), (ID, "earthquake_id"))

    row_id = client.get(ID, exclude_system_fields=False, earthquake_id="csv2")[0][":id"]
    same(client.upsert(ID, [{":id": row_id, "version": 3}]), counts(updated=1, by_sid=1))
    same(client.delete(ID, row_id=row_id), [{"typ": "delete", "id": row_id}])
    same(client.delete(ID, row_id="csv1")[0]["typ"], "delete")
    refused(lambda: client.delete(ID, row_id="csv1"), "404", "Row with identifier csv1 was not found")
    # Without a row sodapy asks for the dataset to be dropped.
    refused(lambda: client.delete(ID), "405")

    refused(lambda: client.upsert(ID, [{"earthquake_id": "a", "colour": "red"}]), "400", "Illegal field name sent: colour")
    same(client.replace(ID, UPSERT[:2]), counts(created=2, by_identifier=2))
    same(len(client.get(ID)), 2)

    token = token_for(url, client_id, secret)
    with_token = Socrata(domain, None, access_token=token, session_adapter=here)
    same(len(with_token.get(ID)), 2)
    stranger = Socrata(domain, None, session_adapter=here)
    refused(lambda: stranger.get(ID), "403", "You must be logged in")
    wrong = Socrata(domain, None, username=client_id, password="wrong", session_adapter=here)
    refused(lambda: wrong.get(ID), "401")


if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    if command == "create":
        connection = sqlite3.connect(rest[0])
        connection.executescript(TABLE)
        connection.close()
    else:
        attempt(*rest)
