import type { LinkInfo, Links } from '@berth/kernel';
import { parseIpAddress } from '../ip/ip-address.ts';
import { containsAddress, parsePrefix } from '../ip/ip-prefix.ts';
import type { Finding } from './diagnosis.ts';

/** The route with the longest prefix that leads to the container has to go by its bridge. */
export function routeFinding(
  links: Pick<Links, 'routes' | 'list'>,
  bridge: LinkInfo,
  { subject, address: text }: { readonly subject: string; readonly address: string },
): Finding {
  const address = parseIpAddress(text);
  const routes = links.routes().flatMap((route) => {
    const destination = route.destination === 'default' ? undefined : route.destination;
    const length = route.family === 4 ? 32 : 128;
    const full = destination?.includes('/') === false ? `${destination}/${length}` : destination;
    const prefix = full === undefined ? undefined : parsePrefix(full);
    const leads = prefix !== undefined && address !== undefined && containsAddress(prefix, address);
    return leads ? [{ route, length: prefix.length }] : [];
  });
  const longest = Math.max(0, ...routes.map(({ length }) => length));
  const best = routes.filter(({ length }) => length === longest).map(({ route }) => route);
  if (best.length === 0) {
    return { level: 'problem', subject, text: `this host has no route to ${text}` };
  }
  const other = best.find(({ linkIndex }) => linkIndex !== bridge.index);
  if (other === undefined) {
    return { level: 'ok', subject, text: `the route to ${text} leads over ${bridge.name}` };
  }
  const name = links.list().find(({ index }) => index === other.linkIndex)?.name ?? 'another link';
  return {
    ...{ level: 'problem', subject },
    text: `the route ${other.destination} over ${name} leads away from ${bridge.name}`,
    hint: 'Remove that route, or give the network another subnet.',
  };
}
