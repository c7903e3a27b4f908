// The demo's identity provider: real OpenID providers of the shapes of ID-porten, HelseID and Ansattporten, where a
// visitor chooses who to be. It is told what to be on its first line of input, says on its first line of output where
// it answers, and ends when its input does: nothing of it outlives the program that started it.

import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

import { kinds } from './kinds.mjs';
import { openProvider } from './provider.mjs';

function listen(port) {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, 'localhost', () => resolve(server));
  });
}

async function open(kind, wanted) {
  const server = await listen(wanted.port ?? 0);
  const provider = openProvider(kind, wanted, `http://localhost:${server.address().port}`);
  server.on('request', (request, response) => provider.answer(request, response));
  return provider;
}

const providers = {};

async function obey(line) {
  const order = JSON.parse(line);
  if (order.open) {
    for (const [name, wanted] of Object.entries(order.open)) {
      providers[name] = await open(kinds[name], wanted);
    }
  }
  if (order.rotate) {
    await providers[order.rotate].rotateKeys();
  }
  const issuers = Object.entries(providers).map(([name, provider]) => [name, provider.issuer]);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(issuers))}\n`);
}

let last = Promise.resolve();
createInterface({ input: process.stdin })
  .on('line', (line) => {
    last = last.then(() => obey(line)).catch((error) => {
      process.stderr.write(`identity provider: ${error.message}\n`);
      process.exit(1);
    });
  })
  .on('close', () => last.then(() => process.exit(0)));
