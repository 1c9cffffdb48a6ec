import type { Kernel, Links } from '@berth/kernel';
import type { GatewayChoice } from './gateway-choice.ts';

const mainTable = 254;

/** The namespace's default routes are made those of the choice; a right one is left as it is. Idempotent. */
export function setDefaultRoutes(
  { links }: Pick<Kernel, 'links'>,
  namespacePath: string,
  { ipv4, ipv6 }: GatewayChoice,
): void {
  using inside = links.inNamespace(namespacePath);
  setDefaultRoute(inside, 4, {
    link: ipv4?.endpoint.interfaceName,
    gateway: ipv4?.endpoint.gateway4,
  });
  setDefaultRoute(inside, 6, {
    link: ipv6?.endpoint.interfaceName,
    gateway: ipv6?.endpoint.gateway6,
  });
}

interface DefaultRoute {
  readonly link: string | undefined;
  readonly gateway: string | undefined;
}

function setDefaultRoute(inside: Links, family: 4 | 6, wanted: DefaultRoute): void {
  const index = wanted.link === undefined ? undefined : inside.get(wanted.link)?.index;
  const present = inside
    .routes()
    .filter((route) => route.destination === 'default' && route.family === family)
    .filter(({ table }) => table === mainTable);
  let found = false;
  for (const route of present) {
    const right =
      wanted.link !== undefined && route.linkIndex === index && route.gateway === wanted.gateway;
    if (right) found = true;
    else inside.removeRoute(route);
  }
  if (found || wanted.link === undefined) return;
  const { link, gateway } = wanted;
  inside.addRoute({
    ...{ destination: 'default', link, family },
    ...(gateway === undefined ? {} : { gateway }),
  });
}
