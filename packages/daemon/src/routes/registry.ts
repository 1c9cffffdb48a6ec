import { parseReference, withDefaultTag } from '@berth/oci';
import {
  registryAuthOf as authOfFields,
  filterSearchResults,
  inspectDistribution as inspectRemote,
  readSearchFilter,
} from '@berth/registry-client';
import { json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import { defined } from '../http/defined.ts';
import { registryAuthOf } from '../http/registry-auth-header.ts';

export const systemAuth: ApiHandler<'SystemAuth'> = async (request, { registry }) => {
  const auth = authOfFields({ ...(await request.body()) });
  const { status, identityToken } = await registry.login(auth, { signal: request.signal });
  return json({ Status: status, IdentityToken: identityToken });
};

export const distributionInspect: ApiHandler<'DistributionInspect'> = async (
  request,
  { registry },
) => {
  const { signal, headers } = request;
  const reference = withDefaultTag(parseReference(request.name));
  const repository = registry.repository(reference, { auth: registryAuthOf(headers) });
  const name = reference.digest ?? reference.tag ?? '';
  const { descriptor, platforms } = await inspectRemote(repository, name, { signal });
  return json({ Descriptor: descriptor, Platforms: platforms });
};

export const imageSearch: ApiHandler<'ImageSearch'> = async (request, { registry }) => {
  const { term = '', limit, filters } = request.query;
  const filter = readSearchFilter(filters);
  const { signal, headers } = request;
  const auth = registryAuthOf(headers);
  const found = await registry.search(term, { auth, signal, ...defined({ limit }) });
  return json(
    filterSearchResults(found, filter).map((result) => ({
      star_count: result.stars,
      is_official: result.official,
      name: result.name,
      is_automated: result.automated,
      description: result.description,
    })),
  );
};
