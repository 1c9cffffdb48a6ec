import type { WaitCondition } from '@berth/containers';
import type { ContainerWaitResponse } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { ApiHandler } from '../http/api-request.ts';
import { errorReply } from '../http/error-status.ts';

const conditions: readonly WaitCondition[] = ['not-running', 'next-exit', 'removed'];

/** The head goes out once the wait is registered: a client may then start the container without a race. */
export const containerWait: ApiHandler<'ContainerWait'> = async (request, { containers }) => {
  const condition = conditions.find((known) => known === request.query.condition);
  if (condition === undefined) {
    throw engineError('api.invalid-wait-condition', { condition: request.query.condition });
  }
  const { result } = await containers.wait(request.name, condition, request.signal);
  return {
    kind: 'later',
    value: result,
    failure: (error): ContainerWaitResponse => ({
      StatusCode: -1,
      Error: { Message: errorReply(error).message },
    }),
  };
};
