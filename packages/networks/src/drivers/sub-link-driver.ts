import { engineError, errnoOf } from '@berth/errors';
import type { Kernel, SubLinkKind } from '@berth/kernel';
import type { EndpointRecord } from '../model/endpoint-record.ts';
import { mtuOption } from '../model/network-options.ts';
import type { NetworkRecord } from '../model/network-record.ts';
import { switchInside } from './interface-switches.ts';
import type {
  AttachOptions,
  DetachOptions,
  EndpointDesign,
  EndpointDraft,
  NetworkDriver,
} from './network-driver.ts';
import { checkParent, ensureParent, explainKind, parentNameOf } from './parent-link.ts';

type Options = Readonly<Record<string, string>>;

interface Flavour {
  readonly name: 'macvlan' | 'ipvlan';
  /** Reads and checks the mode. */
  readonly kind: (options: Options) => SubLinkKind;
  /** Nobody else can use the parent. */
  readonly exclusive: (options: Options) => boolean;
  /** Packets are routed by the host: there is no gateway, and no MAC address of its own. */
  readonly routed: (options: Options) => boolean;
}

const macvlanModes = ['bridge', 'private', 'vepa', 'passthru'] as const;
const ipvlanModes = ['l2', 'l3', 'l3s'] as const;
const ipvlanFlags = ['bridge', 'private', 'vepa'] as const;

const macvlan: Flavour = {
  name: 'macvlan',
  kind: (options) => ({ type: 'macvlan', mode: choice(options, 'macvlan_mode', macvlanModes) }),
  exclusive: (options) => options.macvlan_mode === 'passthru',
  routed: () => false,
};

const ipvlan: Flavour = {
  name: 'ipvlan',
  kind: (options) => ({
    type: 'ipvlan',
    mode: choice(options, 'ipvlan_mode', ipvlanModes),
    flag: choice(options, 'ipvlan_flag', ipvlanFlags),
  }),
  exclusive: () => false,
  routed: (options) => (options.ipvlan_mode ?? 'l2') !== 'l2',
};

/** The value of an option; the first of `values` is the default. */
function choice<Value extends string>(
  options: Options,
  option: string,
  values: readonly [Value, ...Value[]],
): Value {
  const value = options[option] || values[0];
  const found = values.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  const reason = `it is one of ${values.join(', ')}`;
  throw engineError('networks.invalid-option', { option, value, reason });
}

export function createMacvlanDriver(kernel: SubLinkKernel): NetworkDriver {
  return new SubLinkDriver(macvlan, kernel);
}

export function createIpvlanDriver(kernel: SubLinkKernel): NetworkDriver {
  return new SubLinkDriver(ipvlan, kernel);
}

type SubLinkKernel = Pick<Kernel, 'links' | 'namespaces' | 'host'>;

/** Endpoints are links on top of one of the host's: containers are machines of that link's network. */
class SubLinkDriver implements NetworkDriver {
  readonly needs = { sandbox: 'own', interface: true } as const;
  readonly publishes = false;
  readonly #flavour: Flavour;
  readonly #kernel: SubLinkKernel;

  constructor(flavour: Flavour, kernel: SubLinkKernel) {
    this.#flavour = flavour;
    this.#kernel = kernel;
  }

  get name(): string {
    return this.#flavour.name;
  }

  validate(network: NetworkRecord, others: readonly NetworkRecord[]): NetworkRecord {
    const { kind, exclusive } = this.#flavour;
    kind(network.options);
    mtuOption(network.options, 0);
    const parent = parentNameOf(network);
    const sharing = this.#sharing(network, others);
    for (const other of sharing) {
      if (
        other.driver === network.driver &&
        !exclusive(network.options) &&
        !exclusive(other.options)
      )
        continue;
      throw engineError('networks.parent-taken', { other: other.name, parent });
    }
    const made = sharing.some(({ foreignLink }) => foreignLink !== true);
    return { ...network, foreignLink: checkParent(this.#kernel.links, network) && !made };
  }

  async prepare(network: NetworkRecord): Promise<void> {
    ensureParent(this.#kernel.links, network);
    if (network.stage === 'creating') await this.#probe(network);
  }

  async dispose(network: NetworkRecord, others: readonly NetworkRecord[]): Promise<void> {
    if (network.foreignLink === true || this.#sharing(network, others).length > 0) return;
    await this.#kernel.links.deleteLink(parentNameOf(network));
  }

  design(network: NetworkRecord, draft: EndpointDraft): EndpointDesign {
    if (this.#flavour.routed(network.options)) return network.internal ? {} : { deviceRoute: true };
    const gateway = (family: 4 | 6) => {
      const address = family === 4 ? draft.ipv4 : draft.ipv6;
      if (address === undefined || network.internal) return undefined;
      return network.subnets.find(({ subnet }) => subnet.includes(':') === (family === 6))?.gateway;
    };
    const [gateway4, gateway6] = [gateway(4), gateway(6)];
    return {
      ...(draft.mac === undefined || this.name === 'ipvlan' ? {} : { mac: draft.mac }),
      ...(gateway4 === undefined ? {} : { gateway4 }),
      ...(gateway6 === undefined ? {} : { gateway6 }),
    };
  }

  async attach(
    network: NetworkRecord,
    endpoint: EndpointRecord,
    { namespacePath }: AttachOptions,
  ): Promise<void> {
    const { interfaceName: name = '', mac, ipv4, ipv6 } = endpoint;
    const { links } = this.#kernel;
    const mtu = mtuOption(network.options, 0);
    // With passthru the container takes the parent's own address.
    const own = this.#flavour.exclusive(network.options) ? undefined : mac;
    links.createSubLink({
      ...{ name, parent: parentNameOf(network), namespace: namespacePath },
      kind: this.#flavour.kind(network.options),
      ...(own === undefined ? {} : { mac: own }),
      ...(mtu === 0 ? {} : { mtu }),
    });
    const disabled = ipv6 === undefined ? '1' : '0';
    await switchInside(this.#kernel, namespacePath, `net/ipv6/conf/${name}/disable_ipv6`, disabled);
    using inside = links.inNamespace(namespacePath);
    for (const address of [ipv4, ipv6]) {
      if (address !== undefined) await inside.addAddressAsync(name, address);
    }
  }

  async detach(
    _network: NetworkRecord,
    { interfaceName }: EndpointRecord,
    { namespacePath }: DetachOptions,
  ): Promise<void> {
    if (namespacePath === undefined || interfaceName === undefined) return;
    using inside = this.#kernel.links.inNamespace(namespacePath);
    await inside.deleteLink(interfaceName);
  }

  repair(): void {}

  firewallNetwork(): undefined {}

  isolatedFamilies(): readonly (4 | 6)[] {
    return [];
  }

  #sharing(network: NetworkRecord, others: readonly NetworkRecord[]): NetworkRecord[] {
    const parent = parentNameOf(network);
    return others.filter(
      (other) => ['macvlan', 'ipvlan'].includes(other.driver) && parentNameOf(other) === parent,
    );
  }

  /** Finds out, before there are containers, whether the kernel makes such links on this parent. */
  async #probe(network: NetworkRecord): Promise<void> {
    const { links } = this.#kernel;
    const name = `probe${network.id.slice(0, 8)}`;
    const parent = parentNameOf(network);
    try {
      links.createSubLink({ name, parent, kind: this.#flavour.kind(network.options) });
    } catch (error) {
      if (!['EBUSY', 'EINVAL'].includes(errnoOf(error) ?? ''))
        throw explainKind(error, network.driver, network.driver);
      const reason = 'the kernel refuses it: it serves another bridge, macvlan or ipvlan network';
      throw engineError('networks.parent-invalid', { parent, reason }, { cause: error });
    }
    await links.deleteLink(name);
  }
}
