// PouchDB to express-pouchdb, LevelDB on both sides: node pouch.js MODULES FOLDER ENTRIES [PORT]
// With PORT it is the server; without, it starts one and times push and pull.
'use strict';
const fs = require('fs');
const path = require('path');
const { spawn } = require('child_process');
const [, , modules, folder, entries, port] = process.argv;
const wanted = (name) => require(path.join(modules, name));
const PouchDB = wanted('pouchdb');

function serve() {
  const app = wanted('express')();
  const Stored = PouchDB.defaults({ prefix: folder + path.sep });
  const files = { configPath: path.join(folder, 'config.json'), logPath: path.join(folder, 'log') };
  app.use(wanted('express-pouchdb')(Stored, files));
  const listener = app.listen(0, '127.0.0.1', () => console.log(listener.address().port));
}

async function timed(work) {
  const started = process.hrtime.bigint();
  const said = await work();
  if (!said.ok || said.errors.length) throw new Error('it did not go through');
  return Number(process.hrtime.bigint() - started) / 1e9;
}

async function measure() {
  fs.mkdirSync(path.join(folder, 'server'));
  const server = spawn(process.execPath,
    [__filename, modules, path.join(folder, 'server'), entries, 'serve']);
  try {
    const answer = await new Promise((ready, failed) => {
      server.stdout.once('data', ready);
      server.once('exit', () => failed(new Error('the server ended')));
    });
    const url = `http://127.0.0.1:${String(answer).trim()}/entries`;
    const first = new PouchDB(path.join(folder, 'a'));
    const second = new PouchDB(path.join(folder, 'b'));
    await new PouchDB(url).info();
    const lines = fs.readFileSync(entries, 'utf8').trim().split('\n').map((l) => JSON.parse(l));
    await first.bulkDocs(lines.map(({ id, body }) => ({ _id: id, body })));
    const push = await timed(() => first.replicate.to(url));
    const pull = await timed(() => second.replicate.from(url));
    const have = (await second.allDocs({ include_docs: true })).rows;
    const bodies = new Map(have.map(({ doc }) => [doc._id, JSON.stringify(doc.body)]));
    const same = lines.every(({ id, body }) => bodies.get(id) === JSON.stringify(body));
    if (!same || have.length !== lines.length) throw new Error('it does not hold what was sent');
    console.log(JSON.stringify({ push, pull }));
  } finally {
    server.kill();
  }
}

if (port) serve();
else measure().then(() => process.exit(0), (e) => { console.error(String(e)); process.exit(1); });
