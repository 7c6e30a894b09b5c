// jsforce against a running service: logs in, upserts arrays and single records, reads, and meets the errors.
// UPSERTD_URL says where the service is; it serves the demo.
'use strict';
const assert = require('assert');
const jsforce = require('jsforce');

const url = process.env.UPSERTD_URL;
const type = 'tblEmployees';
const key = 'UserName';
const run = `js${Date.now().toString(36)}`;
const name = (n) => `${run}-${n}`;

async function login() {
  const oauth2 = { clientId: 'app', clientSecret: 'app-secret', loginUrl: url };
  const conn = new jsforce.Connection({ oauth2, version: '59.0' });
  const user = await conn.login('demo', 'demo-secret');
  assert.strictEqual(conn.instanceUrl, url);
  assert.match(user.id, /^005/);
  assert.match(user.organizationId, /^00D/);
  await assert.rejects(new jsforce.Connection({ oauth2 }).login('demo', 'wrong'), /authentication failure/);

  const other = new jsforce.Connection({
    oauth2: { clientId: 'demo', clientSecret: 'demo-secret', loginUrl: url },
    instanceUrl: url,
  });
  await other.authorize({ grant_type: 'client_credentials' });
  assert.ok(other.accessToken);
  return conn;
}

async function arrays(conn) {
  const employees = [1, 2].map((n) => ({ [key]: name(n), FullName: `Employee ${n}` }));
  const made = await conn.sobject(type).upsert(employees, key);
  assert.deepStrictEqual(made.map((r) => [r.success, r.created, r.errors]), [[true, true, []], [true, true, []]]);
  employees.push({ [key]: name(3), FullName: 'Employee 3' });
  const again = await conn.sobject(type).upsert(employees, key, { allOrNone: true });
  assert.deepStrictEqual(again.map((r) => r.created), [false, false, true]);
  assert.deepStrictEqual(again.slice(0, 2).map((r) => r.id), made.map((r) => r.id));

  const mixed = [{ [key]: name(4), FullName: 'good' }, { [key]: name(5) }];
  const none = await conn.sobject(type).upsert(mixed, key, { allOrNone: true });
  assert.deepStrictEqual(none.map((r) => [r.success, r.errors[0].statusCode]), [
    [false, 'ALL_OR_NONE_OPERATION_ROLLED_BACK'],
    [false, 'REQUIRED_FIELD_MISSING'],
  ]);
  assert.deepStrictEqual(none[1].errors[0].fields, ['FullName']);
  const some = await conn.sobject(type).upsert(mixed, key);
  assert.deepStrictEqual(some.map((r) => r.success), [true, false]);

  const many = Array.from({ length: 201 }, (_, n) => ({ [key]: name(`m${n}`), FullName: 'many' }));
  await assert.rejects(conn.sobject(type).upsert(many, key), { errorCode: 'EXCEEDED_ID_LIMIT' });
  const split = await conn.sobject(type).upsert(many, key, { allowRecursive: true });
  assert.deepStrictEqual([split.length, split.every((r) => r.created)], [201, true]);
  assert.deepStrictEqual(await conn.sobject(type).upsert([], key), []);

  // Before collections it sends one request for each record.
  const old = new jsforce.Connection({ instanceUrl: url, accessToken: conn.accessToken, version: '45.0' });
  const one = await old.sobject(type).upsert(employees.slice(0, 1), key);
  assert.deepStrictEqual(one.map((r) => r.success), [true]);
}

async function singles(conn) {
  const employee = { [key]: name('s/1 x'), FullName: 'Single' };
  const made = await conn.sobject(type).upsert(employee, key);
  assert.deepStrictEqual([made.success, made.created], [true, true]);
  const again = await conn.sobject(type).upsert({ ...employee, FullName: 'Changed' }, key);
  assert.deepStrictEqual([again.success, again.id, !again.created], [true, made.id, true]);
  const read = await conn.sobject(type).retrieve(made.id);
  assert.deepStrictEqual([read.Id, read[key], read.FullName], [made.id, employee[key], 'Changed']);
  const updated = await conn.sobject(type).update({ Id: made.id, FullName: 'By id' });
  assert.strictEqual(updated.success, true);

  const created = await conn.sobject(type).create({ [key]: name('new'), FullName: 'New' });
  assert.strictEqual(created.success, true);
  const twice = conn.sobject(type).create({ [key]: name('new'), FullName: 'New' });
  await assert.rejects(twice, { errorCode: 'DUPLICATE_VALUE' });
  await assert.rejects(conn.sobject(type).upsert({ [key]: name('bad') }, key), { errorCode: 'REQUIRED_FIELD_MISSING' });
  const unknown = conn.sobject(type).upsert({ [key]: name('bad'), Colour: 'red' }, key);
  await assert.rejects(unknown, { errorCode: 'INVALID_FIELD' });
  await assert.rejects(conn.sobject('Nothing').upsert(employee, key), { errorCode: 'NOT_FOUND' });
  const stranger = new jsforce.Connection({ instanceUrl: url, accessToken: 'nonsense', version: '59.0' });
  await assert.rejects(stranger.sobject(type).upsert(employee, key), { errorCode: 'INVALID_SESSION_ID' });
}

async function described(conn) {
  const global = await conn.describeGlobal();
  assert.ok(global.sobjects.some((object) => object.name === type));
  const { fields } = await conn.sobject(type).describe();
  const field = fields.find((f) => f.name === key);
  assert.deepStrictEqual([field.type, field.length, field.externalId], ['string', 50, true]);
  const versions = await conn.request('/services/data');
  assert.ok(versions.some((version) => version.version === '59.0'));
}

(async () => {
  const conn = await login();
  await arrays(conn);
  await singles(conn);
  await described(conn);
  console.log(`passed: jsforce ${jsforce.VERSION}`);
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
