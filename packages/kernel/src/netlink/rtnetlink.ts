/** Numbers of rtnetlink(7) (linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h, linux/veth.h). */

export const protocolRoute = 0;

export const messageType = {
  newLink: 16,
  deleteLink: 17,
  getLink: 18,
  setLink: 19,
  newAddress: 20,
  deleteAddress: 21,
  getAddress: 22,
  newRoute: 24,
  deleteRoute: 25,
  getRoute: 26,
} as const;

export const family = { unspecified: 0, ipv4: 2, bridge: 7, ipv6: 10 } as const;

export const linkAttribute = {
  address: 1,
  name: 3,
  mtu: 4,
  link: 5,
  master: 10,
  protocolInfo: 12,
  linkInfo: 18,
  group: 27,
  namespaceDescriptor: 28,
} as const;

export const linkInfoAttribute = { kind: 1, data: 2 } as const;
export const vethPeer = 1;
/** linux/if_link.h: IFLA_MACVLAN_MODE, IFLA_IPVLAN_MODE and _FLAGS, IFLA_VLAN_ID. */
export const subLinkData = { mode: 1, flags: 2, vlanId: 1 } as const;
export const macvlanMode = { private: 1, vepa: 2, bridge: 4, passthru: 8 } as const;
export const ipvlanMode = { l2: 0, l3: 1, l3s: 2 } as const;
export const ipvlanFlag = { bridge: 0, private: 1, vepa: 2 } as const;
export const bridgePortMode = 4;

export const addressAttribute = { address: 1, local: 2, broadcast: 4, flags: 8 } as const;
export const routeAttribute = {
  destination: 1,
  outputLink: 4,
  gateway: 5,
  multipath: 9,
  via: 18,
  table: 15,
} as const;

export const interfaceUp = 0x1;
/** IFA_F_NODAD: usable at once, with no duplicate address detection. */
export const noDuplicateDetection = 0x2;

/** `nowhere` matches a route of any scope when one is deleted. */
export const routeScope = { global: 0, link: 253, host: 254, nowhere: 255 } as const;
export const routeTable = { main: 254, local: 255 } as const;
export const routeProtocol = { boot: 3 } as const;
export const routeType = { unicast: 1 } as const;
/** RTM_F_CLONED: a cache entry, no route of its own. */
export const routeCloned = 0x200;
