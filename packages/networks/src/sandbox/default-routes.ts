import type { Kernel, Links, RouteInfo } from '@berth/kernel';
import type { GatewayChoice } from './gateway-choice.ts';

const mainTable = 254;

/** The namespace's default routes are made those of the choice; a right one is left as it is. Idempotent. */
export async function setDefaultRoutes(
  { links }: Pick<Kernel, 'links'>,
  namespacePath: string,
  { ipv4, ipv6 }: GatewayChoice,
): Promise<void> {
  using inside = links.inNamespace(namespacePath);
  const present = (await inside.routesElsewhereAsync()).filter(
    ({ destination, table }) => destination === 'default' && table === mainTable,
  );
  const of = (family: 4 | 6) => present.filter((route) => route.family === family);
  await setDefaultRoute(inside, of(4), {
    family: 4,
    link: ipv4?.endpoint.interfaceName,
    gateway: ipv4?.endpoint.gateway4,
  });
  await setDefaultRoute(inside, of(6), {
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

async function setDefaultRoute(
  inside: Links,
  present: readonly RouteInfo[],
  wanted: DefaultRoute,
): Promise<void> {
  const asked = present.length === 0 ? undefined : wanted.link;
  const index = asked === undefined ? undefined : inside.get(asked)?.index;
  let found = false;
  for (const route of present) {
    const right =
      wanted.link !== undefined && route.linkIndex === index && route.gateway === wanted.gateway;
    if (right) found = true;
    else inside.removeRoute(route);
  }
  if (found || wanted.link === undefined) return;
  const { link, gateway, family } = wanted;
  await inside.addRouteAsync({
    ...{ destination: 'default', link, family },
    ...(gateway === undefined ? {} : { gateway }),
  });
}
