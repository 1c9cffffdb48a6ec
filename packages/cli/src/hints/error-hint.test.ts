import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EngineClient, type EngineTransport, withOperations } from '@berth/engine-client';
import { errorHint } from './error-hint.ts';

const answers: Readonly<Record<string, unknown>> = {
  '/containers/json': [{ Names: ['/web'], Ports: [{ PublicPort: 8080, PrivatePort: 80 }] }],
  '/images/json': [{ RepoTags: ['busybox:latest'] }, { RepoTags: null }],
  '/networks': [{ Name: 'bridge' }],
  '/volumes': { Volumes: null },
};
/** A client whose calls are answered by `json`. */
function clientOf(json: (method: string, path: string) => Promise<unknown>): EngineClient {
  return withOperations({ json } as unknown as EngineTransport);
}

const engine = clientOf(async (_method, path) => answers[path]);
const silent = clientOf(async () => {
  throw new Error('gone');
});

const cases: readonly (readonly [text: string, hint: string | undefined])[] = [
  ['No such container: wbe', 'Did you mean web?'],
  ['No such container: x', '"berth ps -a" lists all containers.'],
  [
    "pull access denied for busibox, repository does not exist or may require 'docker login'",
    'Did you mean busybox?',
  ],
  ['No such image: busibox', 'Did you mean busybox?'],
  [
    'No such image: postgres:17',
    '"berth pull postgres:17" fetches it, if there is one; "berth images" lists those that are here.',
  ],
  ['network brigde not found', 'Did you mean bridge?'],
  ['get data: no such volume', '"berth volume ls" lists the volumes.'],
  [
    'Bind for 0.0.0.0:8080 failed: port is already allocated',
    'The container "web" publishes it; stop that one or choose another host port.',
  ],
  ['Bind for 0.0.0.0:81 failed: port is already allocated', 'Choose another host port.'],
  [
    'Conflict. The container name "/web" is already in use by container "abc".',
    'Remove that one with "berth rm -f web", or choose another name.',
  ],
  ['manifest for busybox:lates not found: manifest unknown', 'Did you mean busybox:latest?'],
  ['manifest for web:7 not found: manifest unknown', 'The registry has no such tag of it.'],
  [
    'Get "https://registry-1.docker.io/v2/library/bussybox/manifests/latest": dial tcp: lookup registry-1.docker.io: no such host',
    'Did you mean busybox:latest?',
  ],
  [
    'Get "https://r.example:5000/v2/a/b/manifests/1": dial tcp: lookup r.example: no such host',
    "The daemon's host cannot look up r.example:5000: is it online, and does its name server answer?",
  ],
  ['No such object: brige', 'Did you mean bridge?'],
  ['something else', undefined],
];

for (const [text, hint] of cases) {
  test(`hint for: ${text}`, async () => {
    assert.equal(await errorHint(`Error response from daemon: ${text}`, engine), hint);
  });
}

test('a daemon that does not answer gives no hint', async () => {
  assert.equal(await errorHint('No such container: x', silent), undefined);
});
