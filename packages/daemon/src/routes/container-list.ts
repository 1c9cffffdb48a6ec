import { json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import { defined } from '../http/defined.ts';
import { downgradeContainerSummary } from '../versions/version-gates.ts';

/** `before` and `since` are the older spelling of the filters of the same name. */
export const containerList: ApiHandler<'ContainerList'> = async (request, { containers }) => {
  const { all, limit, size, filters, before, since } = request.query;
  const summaries = await containers.list({
    all,
    size,
    ...defined({ limit: limit !== undefined && limit > 0 ? limit : undefined }),
    filters: {
      ...(before === undefined ? {} : { before: [before] }),
      ...(since === undefined ? {} : { since: [since] }),
      ...filters,
    },
  });
  return json(summaries.map((summary) => downgradeContainerSummary(request.version, summary)));
};
