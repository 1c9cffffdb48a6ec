import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { ApiServer } from '@berth/daemon/http/api-server.ts';
import { Dispatcher } from '@berth/daemon/http/dispatcher.ts';
import { connect, inject } from '@berth/daemon/http/inject.ts';
import { readQuery } from '@berth/daemon/http/query-reader.ts';
import type { EngineServices } from '@berth/daemon/http/services.ts';
import { textFormat } from '@berth/daemon/logging/log-format.ts';
import { Logger } from '@berth/daemon/logging/logger.ts';
import { earlyHandlers, handlers } from '@berth/daemon/routes/index.ts';
import { routes } from '@berth/engine-api';
import { isErrorOfKind } from '@berth/errors';
import { createEventBus } from '@berth/events';
import fc from 'fast-check';

/** Services of which every method answers with an empty object. */
const services = {
  events: createEventBus(),
  ...Object.fromEntries(
    ['containers', 'images', 'volumes', 'networks', 'system'].map((name) => [
      name,
      new Proxy({}, { get: () => async () => ({}) }),
    ]),
  ),
} as unknown as EngineServices;

const logger = new Logger({ level: 'fatal', format: textFormat, write: () => undefined });
const dispatcher = new Dispatcher({
  handlers,
  earlyHandlers,
  services: Promise.resolve(services),
});
const server = new ApiServer({ dispatcher, logger, product: 'Berth/fuzz' }).attach();

test('any query of any operation is read or refused as invalid', () => {
  const query = fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 });
  fc.assert(
    fc.property(fc.constantFrom(...routes), fc.string(), query, (route, text, extra) => {
      const known = Object.fromEntries(route.query.map(({ name }) => [name, text]));
      try {
        readQuery(route, new URLSearchParams({ ...extra, ...known }));
      } catch (error) {
        assert.ok(isErrorOfKind(error, 'invalid-argument'), String(error));
      }
    }),
    { numRuns: 3000 },
  );
});

test('every path gets an answer, and a failure has a message', async () => {
  const path = fc
    .array(fc.constantFrom('containers', 'images', 'v1.41', 'json', '..', '%00', '%', 'a', ''), {
      maxLength: 6,
    })
    .map((parts) => `/${parts.join('/')}`);
  const method = fc.constantFrom('GET', 'PUT', 'DELETE', 'HEAD');
  await fc.assert(
    fc.asyncProperty(method, path, async (verb, url) => {
      const reply = await inject(server, { method: verb, url });
      assert.ok(reply.status >= 200 && reply.status < 600);
      if (reply.status >= 400 && verb !== 'HEAD') {
        assert.equal(typeof (reply.json() as { message?: unknown }).message, 'string');
      }
    }),
    { numRuns: 300 },
  );
});

test('raw rubbish ends its connection and nothing else', async () => {
  const rubbish = fc.uint8Array({ minLength: 1, maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(rubbish, async (bytes) => {
      const client = connect(server);
      client.on('error', () => undefined).resume();
      client.end(Buffer.concat([bytes, Buffer.from('\r\n\r\n')]));
      if (!client.destroyed) await once(client, 'close');
      assert.equal((await inject(server, { url: '/_ping' })).text, 'OK');
    }),
    { numRuns: 100 },
  );
});
