import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BodyTypes, decodeBody, routes } from '@berth/engine-api';
import { isErrorOfKind } from '@berth/errors';
import fc from 'fast-check';

const bodyNames = [...new Set(routes.flatMap(({ body }) => (body === undefined ? [] : [body])))];

/** Any JSON whose keys are often ones that bodies have. */
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom(null, true, false, '', 'text', 0, -1, 1.5, 2 ** 53, 1e300),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(
        fc.constantFrom(
          ...[
            'HostConfig',
            'hostconfig',
            'Cmd',
            'Env',
            'Labels',
            'PortBindings',
            'Mounts',
            'Memory',
          ],
          ...[
            'NetworkingConfig',
            'EndpointsConfig',
            'IPAMConfig',
            'Healthcheck',
            'Test',
            'Ulimits',
          ],
          ...[
            '__proto__',
            'constructor',
            'toString',
            'Spec',
            'TaskTemplate',
            'ContainerSpec',
            'Name',
          ],
        ),
        fc.string(),
      ),
      tie('value'),
      { maxKeys: 6 },
    ),
  ),
})).value;

test('a body is decoded or refused as invalid, whatever it holds', () => {
  fc.assert(
    fc.property(fc.constantFrom(...bodyNames), json, (name, value) => {
      try {
        const decoded = decodeBody(name as keyof BodyTypes, value);
        assert.ok(decoded !== undefined);
      } catch (error) {
        assert.ok(isErrorOfKind(error, 'invalid-argument'), String(error));
      }
    }),
    { numRuns: 3000 },
  );
});

test('decoding what was decoded changes nothing', () => {
  fc.assert(
    fc.property(json, (value) => {
      let once: unknown;
      try {
        once = decodeBody('ContainerCreateRequest', value);
      } catch {
        return;
      }
      assert.deepEqual(decodeBody('ContainerCreateRequest', once), once);
    }),
    { numRuns: 3000 },
  );
});

test('no body can reach a prototype', () => {
  fc.assert(
    fc.property(fc.constantFrom(...bodyNames), json, (name, value) => {
      try {
        decodeBody(name as keyof BodyTypes, JSON.parse(JSON.stringify(value)));
      } catch {
        // Refused: nothing was decoded.
      }
      assert.equal(Object.keys(Object.prototype).length, 0);
    }),
  );
});
