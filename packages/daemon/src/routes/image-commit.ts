import { json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import { defined } from '../http/defined.ts';

/** `POST /commit`: an image of what a container changed. A tag without a repository names nothing. */
export const imageCommit: ApiHandler<'ImageCommit'> = async (request, { containers }) => {
  const { container = '', repo, tag, comment, author, pause, changes } = request.query;
  const named = repo === undefined || repo === '' ? undefined : repo;
  const reference = named !== undefined && tag ? `${named}:${tag}` : named;
  const config = (await request.body()) ?? undefined;
  const Id = await containers.commit(container, {
    ...{ pause, changes, signal: request.signal },
    ...defined({ config, comment, author, reference }),
  });
  return json({ Id }, 201);
};
