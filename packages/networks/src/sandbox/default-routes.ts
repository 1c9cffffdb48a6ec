import type { Kernel, Links, RouteInfo } from '@berth/kernel';
import type { GatewayChoice } from './gateway-choice.ts';

const mainTable = 254;

/** The namespace's default routes are made those of the choice; a right one is left as it is. Idempotent. */
export function setDefaultRoutes(
  { links }: Pick<Kernel, 'links'>,
  namespacePath: string,
  { ipv4, ipv6 }: GatewayChoice,
): void {
  using inside = links.inNamespace(namespacePath);
  const present = inside
    .routes()
    .filter(({ destination, table }) => destination === 'default' && table === mainTable);
  const of = (family: 4 | 6) => present.filter((route) => route.family === family);
  setDefaultRoute(inside, of(4), {
    family: 4,
    link: ipv4?.endpoint.interfaceName,
    gateway: ipv4?.endpoint.gateway4,
  });
  setDefaultRoute(inside, of(6), {
    family: 6,
    link: ipv6?.endpoint.interfaceName,
    gateway: ipv6?.endpoint.gateway6,
  });
}

interface DefaultRoute {
  readonly family: 4 | 6;
  readonly link: string | undefined;
  readonly gateway: string | undefined;
}

function setDefaultRoute(inside: Links, present: readonly RouteInfo[], wanted: DefaultRoute): void {
  const index = wanted.link === undefined ? undefined : inside.get(wanted.link)?.index;
  let found = false;
  for (const route of present) {
    const right =
      wanted.link !== undefined && route.linkIndex === index && route.gateway === wanted.gateway;
    if (right) found = true;
    else inside.removeRoute(route);
  }
  if (found || wanted.link === undefined) return;
  const { link, gateway, family } = wanted;
  inside.addRoute({
    ...{ destination: 'default', link, family },
    ...(gateway === undefined ? {} : { gateway }),
  });
}
