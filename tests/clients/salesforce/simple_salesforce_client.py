"""simple-salesforce against a running service: logs in, upserts single records and collections, reads, and meets the
errors. UPSERTD_URL says where the service is; it serves the demo. The client knows https and Salesforce's hosts alone,
so that its requests are sent to the service by an adapter."""

import os
import time
from importlib.metadata import version
from urllib.parse import urlsplit

import requests
from simple_salesforce import Salesforce, SalesforceMalformedRequest, SalesforceResourceNotFound
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceExpiredSession

URL = os.environ["UPSERTD_URL"]
TYPE = "tblEmployees"
KEY = "UserName"
RUN = f"py{time.time_ns():x}"


class ToTheService(requests.adapters.HTTPAdapter):
    """Sends what is meant for any https host to the service."""

    def send(self, request, *args, **kwargs):
        parts = urlsplit(request.url)
        query = f"?{parts.query}" if parts.query else ""
        request.url = f"{URL}{parts.path}{query}"
        return super().send(request, *args, **kwargs)


def session():
    made = requests.Session()
    made.trust_env = False
    made.mount("https://", ToTheService())
    return made


def fails(error, code, call):
    try:
        call()
    except error as raised:
        assert code in str(raised), raised
        return
    raise AssertionError(f"no {error.__name__}")


def login():
    app = {"consumer_key": "app", "consumer_secret": "app-secret", "version": "59.0"}
    sf = Salesforce(username="demo", password="demo-secret", session=session(), **app)
    wrong = lambda: Salesforce(username="demo", password="wrong", session=session(), **app)
    fails(SalesforceAuthenticationFailed, "invalid_grant", wrong)
    by_client = Salesforce(
        consumer_key="demo", consumer_secret="demo-secret", domain="example.my", session=session()
    )
    assert by_client.session_id
    return sf


def singles(sf):
    employees = getattr(sf, TYPE)
    path = f"{KEY}/{RUN}-1"
    assert employees.upsert(path, {"FullName": "One"}) == 201
    assert employees.upsert(path, {"FullName": "Two"}) == 200
    record = employees.get_by_custom_id(KEY, f"{RUN}-1")
    assert (record["FullName"], record[KEY]) == ("Two", f"{RUN}-1"), record
    assert employees.get(record["Id"])["FullName"] == "Two"
    assert employees.update(record["Id"], {"FullName": "Three"}) == 204
    made = employees.create({KEY: f"{RUN}-2", "FullName": "Created"})
    assert made["success"] is True and len(made["id"]) == 18, made
    fails(SalesforceMalformedRequest, "DUPLICATE_VALUE", lambda: employees.create({KEY: f"{RUN}-2", "FullName": "x"}))
    fails(SalesforceMalformedRequest, "INVALID_FIELD", lambda: employees.upsert(path, {"Colour": "red"}))
    fails(SalesforceResourceNotFound, "NOT_FOUND", lambda: employees.upsert("Namez/1", {"FullName": "x"}))
    assert employees.describe()["name"] == TYPE
    assert any(item["name"] == TYPE for item in sf.describe()["sobjects"])


def collections(sf):
    def upsert(*records, all_or_none=False):
        typed = [{"attributes": {"type": TYPE}, **record} for record in records]
        body = {"allOrNone": all_or_none, "records": typed}
        return sf.restful(f"composite/sobjects/{TYPE}/{KEY}", method="PATCH", json=body)

    good = {KEY: f"{RUN}-3", "FullName": "Good"}
    assert [one["created"] for one in upsert(good, {KEY: f"{RUN}-1"})] == [True, False]
    bad = {KEY: f"{RUN}-4", "FullName": "Bad", "ManagerId": -1}
    codes = [one["errors"][0]["statusCode"] for one in upsert(good, bad, all_or_none=True)]
    assert codes == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "INVALID_CROSS_REFERENCE_KEY"], codes
    twice = upsert({KEY: f"{RUN}-5", "FullName": "a"}, {KEY: f"{RUN}-5", "FullName": "b"})
    assert all(one["errors"][0]["statusCode"] == "DUPLICATE_VALUE" for one in twice), twice
    too_many = [{KEY: f"{RUN}-m{n}", "FullName": "many"} for n in range(201)]
    fails(SalesforceMalformedRequest, "EXCEEDED_ID_LIMIT", lambda: upsert(*too_many))


def strangers():
    stranger = Salesforce(session_id="nonsense", instance="any.example", session=session())
    fails(SalesforceExpiredSession, "INVALID_SESSION_ID", lambda: getattr(stranger, TYPE).upsert(f"{KEY}/x", {}))


SF = login()
singles(SF)
collections(SF)
strangers()
print(f"passed: simple-salesforce {version('simple-salesforce')}")
