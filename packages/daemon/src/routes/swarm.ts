import { type OperationId, routes } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { ApiHandler, ApiHandlers } from '../http/api-request.ts';

const managerTags: readonly string[] = ['Config', 'Node', 'Secret', 'Service', 'Task'];

/** Operations of a swarm itself that need one; making or joining one is not implemented. */
const managerOperations: readonly OperationId[] = [
  'SwarmInspect',
  'SwarmUnlock',
  'SwarmUnlockkey',
  'SwarmUpdate',
];

/** This engine is in no swarm, and says so where a swarm would be needed, as Docker does. */
const refuseAsNoManager: ApiHandler<OperationId> = () => {
  throw engineError('api.not-swarm-manager', {});
};

export const swarmLeave: ApiHandler<'SwarmLeave'> = () => {
  throw engineError('api.not-in-swarm', {});
};

export const swarmHandlers = Object.fromEntries(
  routes
    .filter(
      ({ tag, operation }) => managerTags.includes(tag) || managerOperations.includes(operation),
    )
    .map(({ operation }) => [operation, refuseAsNoManager]),
) as ApiHandlers;
