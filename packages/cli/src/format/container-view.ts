import type { ContainerSummary, OCIPlatform } from '@berth/engine-api';
import { GoNil, GoStruct, type GoValue } from '../go-template/go-value.ts';
import { quoted } from '../go-template/quote.ts';
import { ageInWords, goTime } from './ages.ts';
import { ellipsis } from './ellipsis.ts';
import type { ListView } from './plain-table.ts';
import { portList } from './port-list.ts';
import { shortId } from './short-id.ts';
import { decimalSize } from './sizes.ts';

/** The columns of `berth ps`. */
export function containerView(trunc: boolean): ListView<ContainerSummary> {
  return {
    typeName: '*formatter.ContainerContext',
    columns: {
      ID: { header: 'CONTAINER ID', value: (it) => (trunc ? shortId(it.Id ?? '') : (it.Id ?? '')) },
      Names: { header: 'NAMES', value: (it) => names(it, trunc) },
      Image: { header: 'IMAGE', value: (it) => imageName(it, trunc) },
      Command: {
        header: 'COMMAND',
        value: (it) => quoted(trunc ? ellipsis(it.Command ?? '', 20) : (it.Command ?? ''), false),
      },
      CreatedAt: { header: 'CREATED AT', value: (it) => goTime(it.Created ?? 0) },
      RunningFor: { header: 'CREATED', value: (it) => ageInWords(it.Created ?? 0) },
      Ports: { header: 'PORTS', value: (it) => portList(it.Ports ?? []) },
      State: { header: 'STATE', value: (it) => it.State ?? '' },
      Status: { header: 'STATUS', value: (it) => it.Status ?? '' },
      Size: { header: 'SIZE', value: size },
      Labels: { header: 'LABELS', value: (it) => labelList(it.Labels) },
      Mounts: { header: 'MOUNTS', value: (it) => mounts(it, trunc) },
      LocalVolumes: {
        header: 'LOCAL VOLUMES',
        value: (it) => String((it.Mounts ?? []).filter((mount) => mount.Driver === 'local').length),
      },
      Networks: {
        header: 'NETWORKS',
        value: (it) => Object.keys(it.NetworkSettings?.Networks ?? {}).join(','),
      },
      Platform: { header: 'PLATFORM', value: platform },
    },
    methods: { Label: (it, name) => it.Labels?.[name] ?? '' },
  };
}

/** The table of `berth ps`, with file sizes when asked for. */
export function containerTable(withSize: boolean): string {
  const columns =
    '{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}';
  return `table ${columns}${withSize ? '\t{{.Size}}' : ''}`;
}

/** What `--format raw` shows of each container. */
export const rawContainer = `container_id: {{.ID}}
image: {{.Image}}
command: {{.Command}}
created_at: {{.CreatedAt}}
state: {{- pad .State 1 0}}
status: {{- pad .Status 1 0}}
names: {{.Names}}
labels: {{- pad .Labels 1 0}}
ports: {{- pad .Ports 1 0}}
`;

function names(container: ContainerSummary, trunc: boolean): string {
  const all = (container.Names ?? []).map((name) => name.replace(/^\//, ''));
  const own = trunc ? all.find((name) => !name.includes('/')) : undefined;
  return own ?? all.join(',');
}

function imageName(container: ContainerSummary, trunc: boolean): string {
  const image = container.Image ?? '';
  if (image === '') return '<no image>';
  if (!trunc) return image;
  const id = shortId(container.ImageID ?? '');
  if (id === shortId(image)) return id;
  const at = image.indexOf('@');
  return at < 0 ? image : image.slice(0, at);
}

function size(container: ContainerSummary): string {
  const written = decimalSize(container.SizeRw ?? 0, 3);
  const whole = container.SizeRootFs ?? 0;
  return whole > 0 ? `${written} (virtual ${decimalSize(whole, 3)})` : written;
}

function mounts(container: ContainerSummary, trunc: boolean): string {
  const all = (container.Mounts ?? []).map((mount) => mount.Name || mount.Source || '');
  return all.map((name) => (trunc ? ellipsis(name, 15) : name)).join(',');
}

function platform(container: ContainerSummary): GoValue {
  const found = container.ImageManifestDescriptor?.platform;
  if (!found) return new GoNil('*formatter.Platform');
  return new PlatformStruct(found);
}

/** A platform: text where it is printed, an object in JSON. */
class PlatformStruct extends GoStruct {
  override readonly typeName = '*formatter.Platform';
  readonly #platform: OCIPlatform;

  constructor(platform: OCIPlatform) {
    super();
    this.#platform = platform;
  }

  override member(name: string): { readonly value: GoValue } | undefined {
    const found = [...this.fields()].find(([field]) => field === name);
    return found === undefined ? undefined : { value: found[1] };
  }

  override *fields(): Iterable<readonly [string, GoValue]> {
    const { architecture, os, variant } = this.#platform;
    yield ['Architecture', architecture ?? ''];
    yield ['OS', os ?? ''];
    yield ['OSVersion', this.#platform['os.version'] ?? ''];
    yield ['OSFeatures', this.#platform['os.features'] ?? []];
    yield ['Variant', variant ?? ''];
  }

  override printed(): string {
    const { os, architecture, variant } = this.#platform;
    return [os, architecture, variant].filter(Boolean).join('/');
  }

  override get jsonText(): string {
    const { architecture, os, variant } = this.#platform;
    const version = this.#platform['os.version'];
    const features = this.#platform['os.features'];
    return JSON.stringify({
      architecture: architecture ?? '',
      os: os ?? '',
      ...(version ? { 'os.version': version } : {}),
      ...(features?.length ? { 'os.features': features } : {}),
      ...(variant ? { variant } : {}),
    });
  }
}

/** Labels in one line, sorted. */
export function labelList(labels: Readonly<Record<string, string>> | null | undefined): string {
  return Object.entries(labels ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(',');
}
